"""How many looks and tokens there are to spend, in windows that roll with the clock. Pure.

A window is counted in sixtieths of itself, so that it takes the same little memory whatever it allows; what
was spent leaves the count up to a sixtieth late, never early.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
_PARTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLimits:
    """None: as many as wanted.

    Tokens are those that the provider reports; the look that exceeds them is the last.
    """

    looks_per_minute: int | None = None
    looks_per_hour: int | None = None
    looks_per_day: int | None = None
    tokens_per_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a look of an earlier run has cost; `at` is epoch seconds."""

    at: float
    judged_by: str
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why there is no look to be had now: `what` is spent, for another `wait` seconds."""

    what: str
    wait: float


class Window:
    """At most `limit` in any `seconds`. Times are seconds on any one clock, and never much in disorder."""

    def __init__(self, seconds: float, limit: int) -> None:
        self._seconds = seconds
        self._limit = limit
        self._parts: deque[list[float]] = deque()
        """Start and amount of each part of the window in which something was spent, oldest first."""

    def spend(self, now: float, amount: int) -> None:
        """May be negative, to give back what was spent at `now`."""
        self._forget(now)
        start = self._start(now)
        for part in reversed(self._parts):
            if part[0] == start:
                part[1] = max(0.0, part[1] + amount)
                return
        if amount > 0:
            self._parts.append([start, amount])

    def wait(self, now: float) -> float:
        """Seconds until there is something to spend; 0 when there is now."""
        self._forget(now)
        left = self._limit - sum(amount for _, amount in self._parts)
        for part in self._parts:
            if left > 0:
                break
            left += part[1]
            if left > 0:
                return self._end(part) - now
        return 0.0

    def _forget(self, now: float) -> None:
        while self._parts and self._end(self._parts[0]) <= now:
            self._parts.popleft()

    def _start(self, now: float) -> float:
        width = self._seconds / _PARTS
        return now // width * width

    def _end(self, part: list[float]) -> float:
        """When nothing of this part can be within the window any more."""
        return part[0] + self._seconds / _PARTS + self._seconds


class Budget:
    """All windows of one budget; the caller brings the lock. Times are seconds on any one clock."""

    def __init__(self, limits: BudgetLimits) -> None:
        self._looks = {
            f"{limit} looks per {name}": Window(seconds, limit)
            for name, seconds, limit in (
                ("minute", MINUTE, limits.looks_per_minute),
                ("hour", HOUR, limits.looks_per_hour),
                ("day", DAY, limits.looks_per_day),
            )
            if limit is not None
        }
        tokens = limits.tokens_per_day
        self._tokens = {} if tokens is None else {f"{tokens} tokens per day": Window(DAY, tokens)}

    def shortage(self, now: float) -> Shortage | None:
        """What is spent for the longest time; None while a look can be had."""
        waits = {what: window.wait(now) for what, window in (self._looks | self._tokens).items()}
        what = max(waits, key=lambda name: waits[name], default="")
        return Shortage(what, waits[what]) if waits and waits[what] > 0 else None

    def spend_look(self, now: float) -> None:
        for window in self._looks.values():
            window.spend(now, 1)

    def return_look(self, at: float) -> None:
        """The look spent at `at` has cost nothing."""
        for window in self._looks.values():
            window.spend(at, -1)

    def spend_tokens(self, now: float, tokens: int) -> None:
        for window in self._tokens.values():
            window.spend(now, tokens)
