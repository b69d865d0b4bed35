"""The few threads that ask judges, and the order in which jobs get one."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Callable

from frigate_ext.domain.look import LookReason
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.worker import Worker
from jobs.live import LiveJob

_ORDER = {LookReason.CONFIRM: 0, LookReason.TRIGGER: 1}
_LAST = 2
_STOP = 3


def outranks(reason: LookReason, queued: LookReason | None) -> bool:
    """Whether a job that waits for the reason `queued` (None: not at all) must be queued for this one too."""
    return queued is None or _ORDER.get(reason, _LAST) < _ORDER.get(queued, _LAST)


class Lookers:
    """Jobs wait here for a free looker: confirming ones first, then triggered, then the rest, each in turn.

    A job waits once, and once more for each better reason, so the number of jobs bounds the queue.
    """

    def __init__(self, count: int, look: Callable[[LiveJob], None]) -> None:
        self._waiting: queue.PriorityQueue[tuple[int, int, LiveJob | None]] = queue.PriorityQueue()
        self._turn = itertools.count()
        self._workers = [_Looker(f"fx-look-{n}", self._waiting, look) for n in range(count)]

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    @property
    def are_alive(self) -> bool:
        return all(worker.is_alive for worker in self._workers)

    def submit(self, live: LiveJob, reason: LookReason) -> None:
        self._waiting.put((_ORDER.get(reason, _LAST), next(self._turn), live))

    def stop(self) -> None:
        """Let looks under way end; those that wait don't begin."""
        for worker in self._workers:
            worker.stop()
            self._waiting.put((_STOP, next(self._turn), None))

    def join(self, timeout: float) -> bool:
        deadline = Deadline(timeout)
        return all(worker.join(deadline.remaining()) for worker in self._workers)


class _Looker(Worker):
    def __init__(
        self,
        name: str,
        waiting: queue.PriorityQueue[tuple[int, int, LiveJob | None]],
        look: Callable[[LiveJob], None],
    ) -> None:
        super().__init__(name)
        self._waiting = waiting
        self._look = look

    def run(self) -> None:
        while not self.stopping.is_set():
            _, _, live = self._waiting.get()
            if live is not None and not self.stopping.is_set():
                self._look(live)
