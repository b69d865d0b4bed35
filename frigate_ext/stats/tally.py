"""Looks and alerts as they happen, counted."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from frigate_ext.domain.look import Alert, Look

BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 60.0)
"""Seconds; upper bounds of the histogram's buckets, the last one without any left out."""
_NOBODY: Final = "none"


@dataclass(slots=True)
class Histogram:
    """`counts` has one more than BOUNDS: those above the last."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(BOUNDS, value)] += 1
        self.total += value


@dataclass(frozen=True, slots=True)
class Tallied:
    """Since the program started."""

    looks: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By provider, and answer; without one, by what became of it."""
    tokens: Counter[str] = field(default_factory=Counter)
    """By provider."""
    latencies: dict[str, Histogram] = field(default_factory=dict)
    """Seconds in the judge, by provider."""
    alerts: Counter[str] = field(default_factory=Counter)
    """By kind."""


class Tally:
    """Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallied = Tallied()

    def look_finished(self, look: Look) -> None:
        provider = (look.verdict.judged_by if look.verdict else look.provider) or _NOBODY
        outcome = look.verdict.answer.value if look.verdict else look.state.value
        with self._lock:
            self._tallied.looks[provider, outcome] += 1
            self._tallied.tokens[provider] += look.tokens or 0
            if look.verdict and look.latency is not None:
                self._tallied.latencies.setdefault(provider, Histogram()).add(look.latency)

    def alert_committed(self, alert: Alert) -> None:
        with self._lock:
            self._tallied.alerts[alert.kind.value] += 1

    def view(self) -> Tallied:
        """A copy."""
        with self._lock:
            now = self._tallied
            latencies = {
                provider: Histogram(list(one.counts), one.total) for provider, one in now.latencies.items()
            }
            return Tallied(now.looks.copy(), now.tokens.copy(), latencies, now.alerts.copy())
