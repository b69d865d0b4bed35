"""The order in which jobs that wait get a looker. Decides; knows no thread."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from frigate_ext.domain.look import LookReason

Waiting = TypeVar("Waiting", bound=Hashable)

FAIR = 4
"""Every so many turns it is the turn of whoever has waited longest, whatever for."""
_RANK = {LookReason.CONFIRM: 0, LookReason.TRIGGER: 1}
_LAST = 2


class Line(Generic[Waiting]):
    """Confirming ones first, then triggered, then the rest; among equals whoever has waited longest.

    Each waits once, for the best of its reasons. However many better ones keep coming, the n-th in order of
    arrival has its turn within `FAIR` * n turns.
    """

    def __init__(self) -> None:
        self._ranks: dict[Waiting, int] = {}
        """In order of arrival."""
        self._turns = 0

    def __len__(self) -> int:
        return len(self._ranks)

    def put(self, who: Waiting, reason: LookReason) -> None:
        """Wait, or go on waiting, for this reason too."""
        self._ranks[who] = min(_RANK.get(reason, _LAST), self._ranks.get(who, _LAST))

    def take(self) -> Waiting:
        """Whose turn it is, who then waits no more; KeyError when nobody waits."""
        self._turns += 1
        ranks = self._ranks
        if not ranks:
            raise KeyError("nobody waits")
        who = min(ranks, key=ranks.__getitem__) if self._turns % FAIR else next(iter(ranks))
        del ranks[who]
        return who
