"""What the program takes of the machine over the last hour, day and week; in memory, of a fixed size."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from frigate_ext.runtime.clock import Clock, SystemClock
from frigate_ext.runtime.worker import Worker

EVERY = 10.0
"""Seconds between two samples."""


class Past(StrEnum):
    """How far back to look."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"

    @property
    def seconds(self) -> int:
        return _PAST[self][0]

    @property
    def step(self) -> int:
        """Seconds that one point stands for."""
        return _PAST[self][1]


_PAST = {Past.HOUR: (3600, 60), Past.DAY: (86400, 900), Past.WEEK: (7 * 86400, 3600)}

Sample = Mapping[str, float]
"""By name: percent of a core, bytes, pictures a second."""


@dataclass(slots=True)
class _Point:
    slot: int
    sums: dict[str, float]
    counts: dict[str, int]


class Series:
    """Means over steps of so many seconds, as far back as `length` of them. Times never go backwards."""

    def __init__(self, step: int, length: int) -> None:
        self._step = step
        self._points: deque[_Point] = deque(maxlen=length)

    def add(self, time: float, sample: Sample) -> None:
        slot = int(time // self._step)
        if not self._points or slot > self._points[-1].slot:
            self._points.append(_Point(slot, {}, {}))
        point = self._points[-1]
        for name, value in sample.items():
            point.sums[name] = point.sums.get(name, 0.0) + value
            point.counts[name] = point.counts.get(name, 0) + 1

    def view(self, slots: range) -> dict[str, list[float | None]]:
        """The mean of each of these steps, by name; None where there was none."""
        by_slot = {point.slot: point for point in self._points if point.slot in slots}
        names = sorted({name for point in by_slot.values() for name in point.sums})
        return {name: [_mean(by_slot.get(slot), name) for slot in slots] for name in names}


def _mean(point: _Point | None, name: str) -> float | None:
    if point is None or name not in point.sums:
        return None
    return point.sums[name] / point.counts[name]


def slots(past: Past, now: float) -> range:
    """The steps of the past up to now (epoch s), each `step` seconds from `slot * step` on."""
    last = int(now // past.step)
    return range(last - past.seconds // past.step + 1, last + 1)


class Loads(Worker):
    """Samples every few seconds; `view` is for any thread."""

    def __init__(self, sample: Callable[[], Sample], clock: Clock | None = None) -> None:
        super().__init__("fx-loads")
        self._sample = sample
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._series = {past: Series(past.step, past.seconds // past.step) for past in Past}

    def run(self) -> None:
        while not self.stopping.is_set():
            self.take()
            self.stopping.wait(EVERY)

    def take(self) -> None:
        """Take one sample now."""
        sample, now = self._sample(), self._clock.now().wall
        with self._lock:
            for series in self._series.values():
                series.add(now, sample)

    def view(self, past: Past, now: float) -> dict[str, list[float | None]]:
        """Means by name, one for each of `slots(past, now)`."""
        with self._lock:
            return self._series[past].view(slots(past, now))
