"""How many looks and tokens there are to spend, in windows that roll with the clock. Pure.

A window is counted in sixtieths of itself, so that it takes the same little memory whatever it allows; what
was spent leaves the count up to a sixtieth late, never early.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from frigate_ext.domain.watch import Usage

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

    def __init__(self, seconds: float, limit: int | None) -> None:
        """`limit` may be changed at any time; None: as much as wanted, which is counted all the same."""
        self._seconds = seconds
        self.limit = limit
        self._parts: deque[list[float]] = deque()
        """Start and amount of each part of the window in which something was spent, oldest first."""
        self._spent = 0.0
        """In all parts."""

    def spend(self, now: float, amount: int) -> None:
        """May be negative, to give back what was spent at `now`."""
        self._forget(now)
        start = self._start(now)
        for part in reversed(self._parts):
            if part[0] == start:
                change = max(amount, -part[1])
                part[1] += change
                self._spent += change
                return
        if amount > 0:
            self._parts.append([start, amount])
            self._spent += amount

    def wait(self, now: float, kept: float = 0.0) -> float:
        """Seconds until there is something to spend; 0 when there is now.

        `kept` is the share of the limit (0..1) that is not for whoever asks.
        """
        if self.limit is None:
            return 0.0
        self._forget(now)
        left = self.limit - int(self.limit * kept) - self._spent
        if left > 0:
            return 0.0
        for part in self._parts:
            left += part[1]
            if left > 0:
                return self._end(part) - now
        return 0.0

    def usage(self, now: float) -> Usage:
        """On the clock of `now`."""
        self._forget(now)
        spent = [part for part in self._parts if part[1]]
        return Usage(int(self._spent), self.limit, self._end(spent[0]) if spent else None)

    def _forget(self, now: float) -> None:
        while self._parts and self._end(self._parts[0]) <= now:
            self._spent -= self._parts.popleft()[1]

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
            "looks_per_minute": Window(MINUTE, limits.looks_per_minute),
            "looks_per_hour": Window(HOUR, limits.looks_per_hour),
            "looks_per_day": Window(DAY, limits.looks_per_day),
        }
        self._tokens = Window(DAY, limits.tokens_per_day)

    def change(self, limits: BudgetLimits) -> None:
        """Go on with other limits, knowing what was spent."""
        for name, window in self._windows():
            window.limit = getattr(limits, name)

    def shortage(self, now: float, kept: float = 0.0) -> Shortage | None:
        """What is spent for the longest time; None while a look can be had.

        `kept` is the share of each limit (0..1) that is not for whoever asks.
        """
        waits = {name: window.wait(now, kept) for name, window in self._windows()}
        name = max(waits, key=waits.__getitem__)
        return Shortage(self._words(name), waits[name]) if waits[name] > 0 else None

    def usage(self, now: float) -> dict[str, Usage]:
        """By the names of the limits."""
        return {name: window.usage(now) for name, window in self._windows()}

    def spend_look(self, now: float) -> None:
        for window in self._looks.values():
            window.spend(now, 1)

    def return_look(self, at: float) -> None:
        """The look spent at `at` has cost nothing."""
        for window in self._looks.values():
            window.spend(at, -1)

    def spend_tokens(self, now: float, tokens: int) -> None:
        self._tokens.spend(now, tokens)

    def _windows(self) -> Iterator[tuple[str, Window]]:
        yield from self._looks.items()
        yield "tokens_per_day", self._tokens

    def _words(self, name: str) -> str:
        return f"{dict(self._windows())[name].limit} {name.replace('_', ' ')}"
