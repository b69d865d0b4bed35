"""What a busy job keeps of the edges it has not answered yet: three at most, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from jobs.trigger import Edge


class _Waiting(NamedTuple):
    """`since`: when it came (monotonic seconds)."""

    edge: Edge
    since: float


class Mailbox:
    """Keeps the earliest unanswered arrival, the best and the newest; arrivals outrank departures.

    So a slow judge still sees the visitor who came first, the clearest view, and how things stand.
    """

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._cut_short: _Waiting | None = None

    def __len__(self) -> int:
        return len(self._waiting) + (self._cut_short is not None)

    def put(self, edge: Edge, now: float) -> bool:
        """Offer an edge; False when it is not worth keeping."""
        offered = [*self._waiting, _Waiting(edge, now)]
        self._waiting = _worth_keeping(sorted(offered, key=lambda one: one.edge.frame_time))
        return any(kept.edge is edge for kept in self._waiting)

    def put_back(self, edge: Edge, since: float) -> None:
        """An edge whose look was cut short comes first, whatever arrives."""
        self._cut_short = _Waiting(edge, since)

    def __contains__(self, edge: Edge) -> bool:
        return any(waiting.edge is edge for waiting in self._all())

    def first(self) -> Edge | None:
        """The edge to answer next."""
        waiting = self._cut_short or (self._waiting[0] if self._waiting else None)
        return waiting.edge if waiting else None

    def drop(self, answered: Callable[[Edge], bool]) -> None:
        """Forget the edges that a look has answered."""
        self._keep(lambda waiting: not answered(waiting.edge))

    def drop_before(self, time: float) -> None:
        """Forget those that came before."""
        self._keep(lambda waiting: waiting.since >= time)

    def clear(self) -> None:
        self._waiting, self._cut_short = [], None

    def _all(self) -> list[_Waiting]:
        return [*self._waiting, *([self._cut_short] if self._cut_short else [])]

    def _keep(self, wanted: Callable[[_Waiting], bool]) -> None:
        self._waiting = [waiting for waiting in self._waiting if wanted(waiting)]
        if self._cut_short is not None and not wanted(self._cut_short):
            self._cut_short = None


def _worth_keeping(offered: list[_Waiting]) -> list[_Waiting]:
    """Of edges in order of time, those that stay: arrivals first, each part in order of time."""
    arrivals = [waiting for waiting in offered if waiting.edge.kind.is_arrival]
    if not arrivals:
        return offered[-1:]
    best = max(arrivals, key=lambda waiting: waiting.edge.rank)
    kept = {id(waiting.edge): waiting for waiting in (arrivals[0], best, arrivals[-1])}
    return sorted(kept.values(), key=lambda waiting: waiting.edge.frame_time)
