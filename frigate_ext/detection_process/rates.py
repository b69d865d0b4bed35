"""Rates over the last seconds."""

from __future__ import annotations

from collections import deque


class SlidingRate:
    """Sums amounts over the last `window` seconds; times are monotonic and never decrease."""

    def __init__(self, started_at: float, window: float = 5.0) -> None:
        self._window = window
        self._started_at = started_at
        self._amounts: deque[tuple[float, float]] = deque()
        self._total = 0.0

    def add(self, now: float, amount: float = 1.0) -> None:
        self._amounts.append((now, amount))
        self._total += amount

    def per_second(self, now: float) -> float:
        """Over the window, or over the time since the start while that is shorter (but at least a second)."""
        self._forget(now)
        return self._total / min(self._window, max(1.0, now - self._started_at))

    def _forget(self, now: float) -> None:
        while self._amounts and self._amounts[0][0] <= now - self._window:
            self._total -= self._amounts.popleft()[1]
        if not self._amounts:
            self._total = 0.0
