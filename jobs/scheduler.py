"""The one thread that asks every job's policy what to do, when something changed or its time has come."""

from __future__ import annotations

import heapq
import itertools
import math
import threading
from collections.abc import Callable

from frigate_ext.runtime.clock import Clock
from frigate_ext.runtime.worker import Worker
from jobs.live import LiveJob

_TICK = 1.0
"""Seconds after which every job is asked anyway: a camera that falls silent has no edge. So only times before
the next tick need to be remembered."""


class Scheduler(Worker):
    """`plan` decides about one job and says when to ask again (monotonic seconds); `tick` pokes every job."""

    def __init__(self, plan: Callable[[LiveJob], float], tick: Callable[[], None], clock: Clock) -> None:
        super().__init__("fx-jobs")
        self._plan = plan
        self._tick = tick
        self._clock = clock
        self._changed = threading.Condition()
        self._poked: dict[str, LiveJob] = {}
        self._due: list[tuple[float, int, LiveJob]] = []
        self._turn = itertools.count()

    def poke(self, live: LiveJob) -> None:
        """Something about the job has changed; called from any thread, never blocks."""
        with self._changed:
            self._poked[live.job.id] = live
            self._changed.notify()

    def wake(self) -> None:
        with self._changed:
            self._changed.notify()

    def run(self) -> None:
        next_tick = self._clock.now().monotonic
        while not self.stopping.is_set():
            for live in self._take(next_tick):
                at = self._plan(live)
                if at < next_tick:
                    heapq.heappush(self._due, (at, next(self._turn), live))
            if self._clock.now().monotonic >= next_tick:
                next_tick = self._clock.now().monotonic + _TICK
                self._tick()

    def _take(self, next_tick: float) -> list[LiveJob]:
        """Wait for jobs whose time has come, at most until `next_tick`; each job once."""
        with self._changed:
            now = self._clock.now().monotonic
            first = self._due[0][0] if self._due else math.inf
            if not self._poked and not self.stopping.is_set():
                self._changed.wait(max(0.0, min(first, next_tick) - now))
            taken, self._poked = self._poked, {}
        now = self._clock.now().monotonic
        while self._due and self._due[0][0] <= now:
            live = heapq.heappop(self._due)[2]
            taken[live.job.id] = live
        return list(taken.values())
