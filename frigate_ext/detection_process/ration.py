"""Who waits when there is not time for every frame; decides by numbers that are passed in."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

LATE: Final = 0.02
"""Share of frames that may come too late before somebody has to give way."""
_SPARE: Final = 0.25
"""Share of its time that the loop must have waited before anybody is given more."""
_RECOVERY: Final = 10.0
"""Seconds with time to spare until then, where it may not be enough for what would be given."""
_LEVELS: Final = (
    *((quiet, 1.0) for quiet in (1.0, 1 / 2, 1 / 4, 1 / 8)),
    *((1 / 8, eighths / 8) for eighths in (7, 6, 5, 4, 3, 2)),
)
"""Share of its frames that a quiet camera keeps, and that a busy one keeps."""


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
            self.level = min(self.level + 1, len(_LEVELS) - 1)
            self._spare_since = None
        elif waited < _SPARE:
            self._spare_since = None
        else:
            self._spare_since = now if self._spare_since is None else self._spare_since
            if self._is_enough(waited) or now - self._spare_since >= _RECOVERY:
                self.level = max(0, self.level - 1)
                self._spare_since = now
        return self.level

    def _is_enough(self, waited: float) -> bool:
        """Whether there would be time to spare one level down, even if all cameras got the most of it."""
        less, more = _LEVELS[self.level], _LEVELS[max(0, self.level - 1)]
        growth = max(after / before for before, after in zip(less, more, strict=True))
        return (1 - waited) * growth <= 1 - _SPARE

    def share(self, standing: Standing) -> float:
        """Of such a camera's frames, those that are taken: from 0 to 1."""
        return 1.0 if standing is Standing.ACTIVE else _LEVELS[self.level][standing]
