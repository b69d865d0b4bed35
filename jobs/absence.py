"""Whether those who should judge are away while others judge in their place. Decides."""

from __future__ import annotations

from frigate_ext.domain.look import AlertKind
from frigate_ext.errors import BadReplyError, JudgeError, JudgeUnavailableError
from genai.judge import BUDGET_SPENT

_IN_A_ROW = 2
"""Looks; one that found nobody may have been bad luck."""


class Absence:
    """Of one job's judges, as far as its answered looks show it."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self.kind: AlertKind | None = None
        """What people are to be told, while it lasts."""

    def note(self, instead: JudgeError | None) -> None:
        """A look was answered: by those who should (None), or because they failed like this."""
        if instead is None or isinstance(instead, BadReplyError):
            self._in_a_row, self.kind = 0, None
        elif isinstance(instead, JudgeUnavailableError) and instead.kind == BUDGET_SPENT:
            self._in_a_row, self.kind = 0, AlertKind.BUDGET_SPENT
        else:
            self._in_a_row += 1
            self.kind = AlertKind.MODEL_DOWN if self._in_a_row >= _IN_A_ROW else None
