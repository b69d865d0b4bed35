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
_QUIET_LEVELS: Final = 3
_BUSY_LEVELS: Final = 2


class Standing(IntEnum):
    """How much a camera needs its frames."""

    QUIET = 0
    """Nothing moves."""
    BUSY = 1
    """Something does."""
    ACTIVE = 2
    """A watch job is looking."""


class Ration:
    """Gives quiet cameras half as often a turn as before, down to an eighth, then the others.

    One where a watch job is looking keeps every frame. Times are monotonic seconds.
    """

    def __init__(self) -> None:
        self.level = 0
        """0 while there is time for all."""
        self._spare_since: float | None = None

    def update(self, now: float, *, late: int, due: int, waited: float) -> int:
        """Take in what happened since the last call: frames too late of those due, share of time waited."""
        if late > LATE * due:
            self.level = min(self.level + 1, _QUIET_LEVELS + _BUSY_LEVELS)
            self._spare_since = None
        elif waited < _SPARE:
            self._spare_since = None
        elif self._spare_since is None:
            self._spare_since = now
        elif now - self._spare_since >= _RECOVERY:
            self.level = max(0, self.level - 1)
            self._spare_since = now
        return self.level

    def one_in(self, standing: Standing) -> int:
        """Of how many frames of such a camera one is taken."""
        if standing is Standing.QUIET:
            return 1 << min(self.level, _QUIET_LEVELS)
        if standing is Standing.BUSY:
            return 1 << max(0, self.level - _QUIET_LEVELS)
        return 1
