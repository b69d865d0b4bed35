"""Everything that is wrong with a request, field by field, instead of the first thing only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from frigate_ext.errors import InvalidRequestError, Problem
from jobs.request.values import Refused


class Form:
    """Reads field after field and remembers all that is wrong."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._codes: list[str] = []

    def read(self, field: str, reader: Callable[[], Any]) -> Any:
        """What `reader` makes of the field; None where it refuses it."""
        try:
            return reader()
        except Refused as refused:
            self._problems.append(Problem(field, str(refused)))
            self._codes.append(refused.code)
            return None

    def finish(self) -> None:
        """Raise InvalidRequestError with all problems, if there are any; its `code` is that of the first."""
        if self._problems:
            message = "; ".join(str(problem) for problem in self._problems)
            raise InvalidRequestError(message, code=self._codes[0], problems=self._problems)
