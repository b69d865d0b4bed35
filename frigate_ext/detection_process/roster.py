"""Which nodes live, by when they were heard; decides, knows no socket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds."""

    silent: float = 3.5
    """Without a report, which come every second: then a node is dead."""
    expected: float = 10.0
    """That a node has after a start, before it was ever heard: it may be looking for us."""
    settled: float = 5.0
    """For which one that was away must be heard before it counts again: who comes and goes does harm."""


@dataclass(slots=True)
class _Seen:
    heard_at: float
    back_since: float | None = None
    """Since when it is heard again, for one that was away."""


class Roster:
    """Times are monotonic seconds. A node is alive, silent, or back and not yet trusted."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._seen: dict[str, _Seen] = {}

    def expect(self, names: Iterable[str], now: float) -> None:
        """These are the nodes from now on."""
        fresh = now + self._patience.expected - self._patience.silent
        self._seen = {name: self._seen.get(name) or _Seen(fresh) for name in names}

    def heard(self, name: str, now: float) -> bool:
        """Whether it is one that is expected."""
        if (seen := self._seen.get(name)) is None:
            return False
        if now - seen.heard_at > self._patience.silent:
            seen.back_since = now
        seen.heard_at = now
        return True

    def alive(self, now: float) -> tuple[str, ...]:
        return tuple(name for name, seen in self._seen.items() if self._is_alive(seen, now))

    def silent(self, now: float) -> tuple[str, ...]:
        return tuple(name for name, seen in self._seen.items() if now - seen.heard_at > self._patience.silent)

    def _is_alive(self, seen: _Seen, now: float) -> bool:
        settled = seen.back_since is None or now - seen.back_since >= self._patience.settled
        return settled and now - seen.heard_at <= self._patience.silent
