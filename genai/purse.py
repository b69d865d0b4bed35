"""A budget that many threads spend from, and that says so when it is spent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from frigate_ext.errors import JudgeUnavailableError
from frigate_ext.runtime.clock import Moment
from genai.budget import DAY, Budget, BudgetLimits, Shortage, Spent
from genai.judge import BUDGET_SPENT

logger = logging.getLogger(__name__)


_SAY_EVERY = 3600.0
"""Seconds; a budget that is used up all the time is one piece of news."""


class Purse:
    """`owner` is whose looks it pays, for people. Times are monotonic seconds."""

    def __init__(self, owner: str, limits: BudgetLimits) -> None:
        self._owner = owner
        self._budget = Budget(limits)
        self._lock = threading.Lock()
        self._silent_until = 0.0

    def pay(self, now: float) -> None:
        """Take one look out of it; JudgeUnavailableError of kind `budget` when there is none."""
        with self._lock:
            shortage = self._budget.shortage(now)
            if shortage is None:
                self._budget.spend_look(now)
                return
            is_news = now >= self._silent_until
            self._silent_until = now + _SAY_EVERY if is_news else self._silent_until
        message = self._words(shortage)
        if is_news:
            logger.warning("%s; until then others judge, if there are any", message)
        raise JudgeUnavailableError(message, kind=BUDGET_SPENT, retry_after=shortage.wait)

    def give_back(self, at: float) -> None:
        """The look paid at `at` has cost nothing."""
        with self._lock:
            self._budget.return_look(at)

    def spend_tokens(self, now: float, tokens: int) -> None:
        with self._lock:
            self._budget.spend_tokens(now, tokens)

    def restore(self, spent: Iterable[Spent], now: Moment) -> None:
        """Count what earlier runs have spent, oldest first."""
        with self._lock:
            for one in spent:
                age = max(0.0, now.wall - one.at)
                if age < DAY:
                    self._budget.spend_look(now.monotonic - age)
                    self._budget.spend_tokens(now.monotonic - age, one.tokens)

    def trouble(self, now: float) -> str:
        """Why there is nothing to spend now; '' while there is."""
        with self._lock:
            shortage = self._budget.shortage(now)
        return self._words(shortage) if shortage else ""

    def _words(self, shortage: Shortage) -> str:
        return f"{self._owner}: its {shortage.what} are spent, the next one is in {shortage.wait:.0f} s"


def pay(purses: Iterable[Purse], now: float) -> None:
    """Take a look out of all of them, or, with JudgeUnavailableError, out of none."""
    paid: list[Purse] = []
    try:
        for purse in purses:
            purse.pay(now)
            paid.append(purse)
    except JudgeUnavailableError:
        for purse in paid:
            purse.give_back(now)
        raise
