"""When a provider that fails is asked again: a circuit breaker with a half-open probe. Pure.

After Nygard's *Release It!*: closed, everybody may ask; open, nobody may, for a time that grows with each
failure; half-open, one question is let through, and what comes of it closes or opens the circuit again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from frigate_ext.runtime.backoff import Backoff

FIRST = 2.0
"""Seconds that the circuit is open after the second failure in a row; the first one opens nothing."""
CAP = 60.0
"""Seconds; a provider that is back is noticed within this time."""


def spread() -> float:
    """A factor around 1, so that those who wait for the same thing don't come back together."""
    return random.uniform(0.8, 1.2)  # noqa: S311 - no secret


def _backoff() -> Backoff:
    return Backoff(first=FIRST, cap=CAP)


@dataclass
class Breaker:
    """Times are monotonic seconds; the caller brings the lock. `jitter` gives factors around 1."""

    jitter: Callable[[], float] = spread
    _backoff: Backoff = field(default_factory=_backoff)
    _open_until: float | None = None
    _probing: bool = False

    def admits(self, now: float) -> bool:
        """Whether one may ask; whoever got a yes says how it went: `succeeded`, `failed` or `released`."""
        if self._open_until is None:
            return True
        if not self.is_half_open(now):
            return False
        self._probing = True
        return True

    def is_half_open(self, now: float) -> bool:
        """Whether the next one who asks finds out for all."""
        return self._open_until is not None and not self._probing and now >= self._open_until

    def succeeded(self) -> None:
        """It answers."""
        self._backoff.reset()
        self._open_until = None
        self._probing = False

    def failed(self, now: float, at_least: float = 0.0) -> None:
        """It does not answer; `at_least` are the seconds it asked to be left alone."""
        if self._open_until is not None and not self._probing:
            return  # begun before the circuit opened: no news
        self._probing = False
        delay = max(self._backoff.next_delay() * self.jitter(), at_least)
        self._open_until = now + delay if delay else None

    def released(self) -> None:
        """Nothing was learnt; the next one may find out."""
        self._probing = False

    def wait(self, now: float) -> float:
        """Seconds until the next look may be let through; 0 when one may now or while one finds out."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - now)
