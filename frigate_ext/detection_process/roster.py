"""Which nodes live, by when they were heard; decides, knows no socket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SILENT_AFTER = 3.5
"""Seconds; nodes report every second."""
_EXPECTED = 10.0
"""Seconds for which a node that was never heard counts as alive: it may be looking for us."""
_SETTLED = 5.0
"""Seconds for which one that was away must be heard before it counts again: who comes and goes does harm."""


@dataclass(slots=True)
class _Seen:
    heard_at: float
    back_since: float | None = None
    """Since when it is heard again, for one that was away."""


class Roster:
    """Times are monotonic seconds. A node is alive, silent, or back and not yet trusted."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def expect(self, names: Iterable[str], now: float) -> None:
        """These are the nodes from now on."""
        fresh = now + _EXPECTED - SILENT_AFTER
        self._seen = {name: self._seen.get(name) or _Seen(fresh) for name in names}

    def heard(self, name: str, now: float) -> bool:
        """Whether it is one that is expected."""
        if (seen := self._seen.get(name)) is None:
            return False
        if now - seen.heard_at > SILENT_AFTER:
            seen.back_since = now
        seen.heard_at = now
        return True

    def alive(self, now: float) -> tuple[str, ...]:
        return tuple(name for name, seen in self._seen.items() if _is_alive(seen, now))

    def silent(self, now: float) -> tuple[str, ...]:
        return tuple(name for name, seen in self._seen.items() if now - seen.heard_at > SILENT_AFTER)


def _is_alive(seen: _Seen, now: float) -> bool:
    settled = seen.back_since is None or now - seen.back_since >= _SETTLED
    return settled and now - seen.heard_at <= SILENT_AFTER
