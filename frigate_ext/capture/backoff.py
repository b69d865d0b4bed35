"""When to try a lost stream again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Capped exponential delays with jitter, so that cameras behind one switch don't all knock at once.

    Method: "equal jitter", M. Brooker, "Exponential Backoff and Jitter" (2015).
    """

    first: float = 1.0
    """Seconds before the first retry, at most."""
    cap: float = 15.0
    healthy: float = 10.0
    """A stream that ran for so many seconds starts again from `first`."""

    def failures(self, before: int, ran_for: float) -> int:
        """Count consecutive failures, this one included."""
        return 1 if ran_for >= self.healthy else before + 1

    def delay(self, failures: int, jitter: float) -> float:
        """Seconds to wait after so many failures (>= 1); `jitter` is 0..1, drawn by the caller."""
        doublings = min(failures - 1, 30)
        return min(self.cap, self.first * 2.0**doublings) * (0.5 + 0.5 * jitter)
