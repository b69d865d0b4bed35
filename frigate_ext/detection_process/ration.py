"""Who waits when there is not time for every frame; decides by numbers that are passed in."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

LATE: Final = 0.02
"""Share of frames that may come too late before somebody has to give way."""
_SPARE: Final = 0.25
"""Share of its time that the loop must have waited before anybody is given more."""
_RECOVERY: Final = 10.0
"""Seconds with time to spare until then."""
_QUIET: Final = (1.0, 1 / 2, 1 / 4, 1 / 8)
_BUSY: Final = (1.0, 7 / 8, 3 / 4, 5 / 8, 1 / 2, 3 / 8, 1 / 4)
"""Share of its frames that such a camera keeps by level; the busy begin when the quiet are done."""
_FIRST: Final = len(_QUIET) - 1
"""Level up to which busy cameras keep all."""
_LAST: Final = _FIRST + len(_BUSY) - 1


class Standing(IntEnum):
    """How much a camera needs its frames."""

    QUIET = 0
    """Nothing moves."""
    BUSY = 1
    """Something does."""
    ACTIVE = 2
    """A watch job is looking."""


class Ration:
    """Takes turns from quiet cameras, half of them each time, then from the others, an eighth each time.

    One where a watch job is looking keeps every frame. Times are monotonic seconds.
    """

    def __init__(self) -> None:
        self.level = 0
        """0 while there is time for all."""
        self._spare_since: float | None = None

    def update(self, now: float, *, late: int, due: int, waited: float) -> int:
        """Take in what happened since the last call: frames too late of those due, share of time waited."""
        if late > LATE * due:
            self.level = min(self.level + 1, _LAST)
            self._spare_since = None
        elif waited < _SPARE:
            self._spare_since = None
        elif self._spare_since is None:
            self._spare_since = now
        elif now - self._spare_since >= _RECOVERY:
            self.level = max(0, self.level - 1)
            self._spare_since = now
        return self.level

    def share(self, standing: Standing) -> float:
        """Of such a camera's frames, those that are taken: from 0 to 1."""
        if standing is Standing.ACTIVE:
            return 1.0
        if standing is Standing.BUSY:
            return _BUSY[max(0, self.level - _FIRST)]
        return _QUIET[min(self.level, _FIRST)]
