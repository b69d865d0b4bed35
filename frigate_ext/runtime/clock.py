"""Time, as a thing that can be handed over: decisions take it as an argument, shells own one of these."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Moment(NamedTuple):
    """One instant on both clocks: `wall` is epoch seconds UTC, `monotonic` never jumps."""

    wall: float
    monotonic: float


class Clock(Protocol):
    def now(self) -> Moment: ...


class SystemClock:
    def now(self) -> Moment:
        return Moment(time.time(), time.monotonic())


@dataclass
class ManualClock:
    """A clock that stands still until told otherwise; for tests and rehearsals."""

    wall: float = 1_700_000_000.0
    monotonic: float = 1000.0

    def now(self) -> Moment:
        return Moment(self.wall, self.monotonic)

    def advance(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


class Deadline:
    """A point on the monotonic clock that several waits share."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._at - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.remaining() == 0.0
