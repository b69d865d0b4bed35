"""Time, as a thing that can be handed over: decisions take it as an argument, shells own one of these."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
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
    """A point on the monotonic clock that several waits share; thread-safe."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._called_off = False
        self._interrupts: list[Callable[[], object]] = []

    def remaining(self) -> float:
        """Seconds left, never negative; 0 once it is called off."""
        return 0.0 if self._called_off else max(0.0, self._at - time.monotonic())

    @property
    def called_off(self) -> bool:
        return self._called_off

    def call_off(self) -> None:
        """Nobody wants to know the outcome any more: interrupt whoever waits for it. Idempotent."""
        with self._lock:
            self._called_off = True
            interrupts, self._interrupts = self._interrupts, []
        for interrupt in interrupts:
            interrupt()

    def on_call_off(self, interrupt: Callable[[], object]) -> None:
        """Have `interrupt` called, from whatever thread calls it off; at once where that has happened."""
        with self._lock:
            if not self._called_off:
                self._interrupts.append(interrupt)
                return
        interrupt()

    @property
    def passed(self) -> bool:
        return self.remaining() == 0.0
