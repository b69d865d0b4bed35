"""Rates and rhythm, decided from times that are passed in. All times are monotonic seconds."""

from __future__ import annotations

from collections import deque
from typing import Final

LONGEST_PAUSE: Final = 5.0
"""A file's timestamps may jump; nobody waits longer than this for its next picture."""
LATEST: Final = 1.0
"""A player so many seconds late goes on from here instead of racing."""
FPS_WINDOW: Final = 5.0


class RateGate:
    """Lets at most `max_fps` frames a second through, evenly, whatever the stream's own rate and jitter."""

    def __init__(self, max_fps: float | None) -> None:
        self._period = 1.0 / max_fps if max_fps else 0.0
        self._due = 0.0

    def admits(self, now: float) -> bool:
        """Whether the frame decoded at `now` is wanted; a quarter period early is near enough."""
        if now < self._due - self._period / 4:
            return False
        on_time = now < self._due + self._period
        self._due = (self._due if on_time else now) + self._period
        return True


class Pace:
    """Plays stamped packets at the speed they were recorded at."""

    def __init__(self) -> None:
        self._origin: float | None = None

    def delay(self, stamp: float, now: float) -> float:
        """Seconds to wait before the packet stamped `stamp` (seconds of the stream's time) is due."""
        if self._origin is None:
            self._origin = now - stamp
        delay = self._origin + stamp - now
        if not -LATEST <= delay <= LONGEST_PAUSE:
            self._origin = now - stamp
            return 0.0
        return max(0.0, delay)


class Timeline:
    """One unbroken time over all loops of a file. `step` is the seconds that a picture lasts."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._shift: float | None = None
        self._end = 0.0

    def place(self, stamp: float | None) -> float:
        """Seconds since the very first packet for the one stamped `stamp` (seconds, if it has a stamp)."""
        if stamp is None:
            at = self._end
        else:
            if self._shift is None:
                self._shift = self._end - stamp
            at = self._shift + stamp
        self._end = max(self._end, at + self._step)
        return at

    def rewind(self) -> None:
        """Put the next stamped packet right after everything so far."""
        self._shift = None


class FpsMeter:
    """Frames per second over the last few seconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=1000)

    def tick(self, now: float) -> None:
        self._times.append(now)
        while self._times[0] <= now - FPS_WINDOW:
            self._times.popleft()

    def fps(self, now: float) -> float:
        recent = [time for time in self._times if time > now - FPS_WINDOW]
        return (len(recent) - 1) / (now - recent[0]) if len(recent) > 1 else 0.0
