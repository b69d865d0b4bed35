"""What a busy job keeps of the edges it has not answered yet: three at most, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from jobs.trigger import Edge


class Mailbox:
    """Keeps the earliest unanswered arrival, the best and the newest; arrivals outrank departures.

    So a slow judge still sees the visitor who came first, the clearest view, and how things stand.
    """

    def __init__(self) -> None:
        self._edges: list[Edge] = []
        self._cut_short: Edge | None = None

    def __len__(self) -> int:
        return len(self._edges) + (self._cut_short is not None)

    def put(self, edge: Edge) -> bool:
        """Offer an edge; False when it is not worth keeping."""
        self._edges = _worth_keeping(sorted([*self._edges, edge], key=lambda one: one.frame_time))
        return any(kept is edge for kept in self._edges)

    def put_back(self, edge: Edge) -> None:
        """An edge whose look was cut short comes first, whatever arrives."""
        self._cut_short = edge

    def __contains__(self, edge: Edge) -> bool:
        return any(kept is edge for kept in (*self._edges, self._cut_short))

    def first(self) -> Edge | None:
        """The edge to answer next."""
        return self._cut_short or (self._edges[0] if self._edges else None)

    def drop(self, answered: Callable[[Edge], bool]) -> None:
        """Forget the edges that a look has answered."""
        self._edges = [edge for edge in self._edges if not answered(edge)]
        if self._cut_short is not None and answered(self._cut_short):
            self._cut_short = None

    def clear(self) -> None:
        self._edges, self._cut_short = [], None


def _worth_keeping(edges: list[Edge]) -> list[Edge]:
    """Of edges in order of time, those that stay: arrivals first, each part in order of time."""
    arrivals = [edge for edge in edges if edge.kind.is_arrival]
    if not arrivals:
        return edges[-1:]
    kept = {id(edge): edge for edge in (arrivals[0], max(arrivals, key=lambda edge: edge.rank), arrivals[-1])}
    return sorted(kept.values(), key=lambda edge: edge.frame_time)
