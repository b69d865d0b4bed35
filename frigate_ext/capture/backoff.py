"""When to try a lost stream again."""

from __future__ import annotations

import random
from dataclasses import dataclass

from frigate_ext.capture.failure import RefusedError
from frigate_ext.errors import StreamError


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


_AGAIN = Backoff()
_LATER = Backoff(first=5.0, cap=60.0)


class Retries:
    """Of one stream; a camera that does not want us is asked less often."""

    def __init__(self) -> None:
        self.failures = 0
        """In a row."""

    def delay_after(self, error: StreamError, ran_for: float) -> float:
        """Seconds to wait before the next try; `ran_for` are those that the stream was online before."""
        backoff = _LATER if isinstance(error, RefusedError) else _AGAIN
        self.failures = backoff.failures(self.failures, ran_for)
        return backoff.delay(self.failures, random.random())  # noqa: S311 - spreads load, guards nothing
