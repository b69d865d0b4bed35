"""How long to wait before trying again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Backoff:
    """The first retry is immediate; then the wait starts at `first` seconds and doubles up to `cap`."""

    first: float = 1.0
    cap: float = 30.0
    failures: int = 0
    """In a row."""

    def next_delay(self) -> float:
        """Seconds to wait after one more failure."""
        delay = 0.0 if self.failures == 0 else min(self.cap, self.first * 2.0 ** min(self.failures - 1, 30))
        self.failures += 1
        return delay

    def reset(self) -> None:
        """It works again."""
        self.failures = 0
