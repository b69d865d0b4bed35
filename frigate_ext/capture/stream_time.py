"""When a picture was taken: the stream's own time, tied to the wall clock."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

JUMP: Final = 5.0
"""Seconds a picture may be late; beyond, the stream's time has jumped."""
_BACK: Final = 0.5
"""Seconds that the stream's time may run back without having jumped."""
_DRIFT: Final = 0.002
"""Share of a picture's lateness taken for a clock that runs slow: at 15 fps half of it in 23 s."""


class StreamTime:
    """Places pictures on the wall clock by their time stamps, so that a network's hiccups don't show.

    The picture with the shortest way sets the difference between the two clocks; a camera's clock that runs
    slow is followed slowly, one that runs fast at once. When the stream's time jumps (a looped file, a camera
    that sets its clock, 33 bits of MPEG-TS that wrap around) it starts over at the wall clock.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._last = 0.0

    def place(self, stamp: float | None, now: float) -> float:
        """Epoch seconds of the picture stamped `stamp` (seconds of the stream) that is decoded at `now`.

        Never later than `now`. One without a stamp was taken now, as far as anybody can say.
        """
        if stamp is None:
            return now
        seen = now - stamp
        late = 0.0 if self._offset is None else seen - self._offset
        if self._offset is None or late > JUMP or stamp < self._last - _BACK:
            self._offset = seen
        else:
            self._offset += late * _DRIFT if late > 0 else late
        self._last = stamp
        return stamp + self._offset


def seconds(ticks: int | None, unit: Fraction | None) -> float | None:
    """Of a stream's own time, None where it has none: `float(ticks * unit)` to the last bit, but faster."""
    return ticks * unit.numerator / unit.denominator if ticks is not None and unit else None
