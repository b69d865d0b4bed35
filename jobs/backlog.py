"""Where edges wait for a job whose lock is taken."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from frigate_ext.runtime.clock import Moment
from jobs.trigger import Edge

MAX_WAITING = 256


class Backlog:
    """For one thread that brings and others that take; nobody ever waits for anybody."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Edge, Moment]] = deque()

    def put(self, edge: Edge, now: Moment) -> bool:
        """False when too many wait already: those came first."""
        if len(self._waiting) >= MAX_WAITING:
            return False
        self._waiting.append((edge, now))
        return True

    def empty(self) -> Iterator[tuple[Edge, Moment]]:
        """Take each, in order, with the time at which it came."""
        while self._waiting:
            yield self._waiting.popleft()
