"""The few threads that ask judges, and the line in which jobs wait for one."""

from __future__ import annotations

import threading
from collections.abc import Callable

from frigate_ext.domain.look import LookReason
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.worker import Worker
from jobs.line import Line
from jobs.live import LiveJob


class Lookers:
    """A job waits in line once, so the number of jobs bounds it."""

    def __init__(self, count: int, look: Callable[[LiveJob], None]) -> None:
        self._look = look
        self._line: Line[LiveJob] = Line()
        self._changed = threading.Condition()
        self._workers = [self._looker(n) for n in range(count)]
        self._leaving: list[_Looker] = []

    def _looker(self, number: int) -> _Looker:
        return _Looker(f"fx-look-{number}", self._line, self._changed, self._look)

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def resize(self, count: int) -> None:
        """Be so many from now on; looks under way end as they would. For one thread, after `start`."""
        more = [self._looker(number) for number in range(len(self._workers), count)]
        less = self._workers[count:]
        for worker in less:
            worker.stop()
        for worker in more:
            worker.start()
        self._leaving = [*(one for one in self._leaving if one.is_alive), *less]
        self._workers = [*self._workers[:count], *more]

    @property
    def are_alive(self) -> bool:
        return all(worker.is_alive for worker in self._workers)

    def submit(self, live: LiveJob, reason: LookReason) -> None:
        """Have a job wait for a looker; one that does already only moves up, if anything."""
        with self._changed:
            self._line.put(live, reason)
            self._changed.notify()

    def stop(self) -> None:
        """Let looks under way end; those that wait don't begin."""
        for worker in self._workers:
            worker.stop()

    def join(self, timeout: float) -> bool:
        deadline = Deadline(timeout)
        return all(worker.join(deadline.remaining()) for worker in [*self._workers, *self._leaving])


class _Looker(Worker):
    """Takes from a line that all of them share, and changes it with `changed` held only."""

    def __init__(
        self,
        name: str,
        line: Line[LiveJob],
        changed: threading.Condition,
        look: Callable[[LiveJob], None],
    ) -> None:
        super().__init__(name)
        self._line = line
        self._changed = changed
        self._look = look

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def run(self) -> None:
        while (live := self._next()) is not None:
            self._look(live)

    def _next(self) -> LiveJob | None:
        """Wait for a job's turn; None when it is time to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self.stopping.is_set() or len(self._line))
            return None if self.stopping.is_set() else self._line.take()
