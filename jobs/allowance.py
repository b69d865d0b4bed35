"""What one job's looks may cost, and who judges once that is spent. Pure; times are the monotonic clock's."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping

from frigate_ext.domain.look import LookReason
from frigate_ext.domain.watch import Limits, Usage, Watch
from genai.budget import Budget, BudgetLimits
from jobs.trigger import Edge

_KEPT_FOR_EDGES, _KEPT_FOR_ARRIVALS = 0.5, 0.25
"""Shares of every limit."""


class Allowance:
    """The budget of a job's own, and what it was told about the judge's.

    `metered` says that looks cost something. `stands_in` says whether somebody who costs nothing can answer
    a watch when nothing is left to spend.
    """

    def __init__(
        self,
        watch: Watch,
        *,
        metered: bool,
        spent: Iterable[tuple[float, int]],
        stands_in: Callable[[Watch], bool],
    ) -> None:
        self._metered = metered
        self._stands_in = stands_in
        self._budget = Budget(_limits(watch.limits))
        self._judge_spent_until = -math.inf
        self.has_stand_in = stands_in(watch)
        for at, tokens in spent:
            self._budget.spend_look(at)
            self._budget.spend_tokens(at, tokens)

    def change(self, watch: Watch) -> None:
        """Go on with other limits, knowing what was spent."""
        self._budget.change(_limits(watch.limits))
        self.has_stand_in = self._stands_in(watch)

    def judge_changed(self, watch: Watch, *, metered: bool) -> None:
        """Somebody else answers, of whom nothing is known yet."""
        self._metered = metered
        self._judge_spent_until = -math.inf
        self.has_stand_in = self._stands_in(watch)

    def spend_look(self, now: float) -> None:
        if self._metered:
            self._budget.spend_look(now)

    def settle(self, at: float, paid: Collection[int]) -> None:
        """What the look spent at `at` has cost after all: the tokens of each judge that was paid for it."""
        if self._metered and not paid:
            self._budget.return_look(at)
        elif self._metered:
            self._budget.spend_tokens(at, sum(paid))

    def judge_is_spent(self, until: float) -> None:
        """The judge has a budget of its own, with nothing left in it."""
        self._judge_spent_until = until

    def spent_until(self, now: float) -> float:
        """When something is left to ask about an arrival; -inf while there is."""
        until = max(self._returns(now, 0.0), self._judge_spent_until)
        return until if until > now else -math.inf

    def lets_look(self, now: float, reason: LookReason, edge: Edge | None) -> float:
        """When a look for this reason may be had; -inf at once.

        Half of each limit is kept for edges and their confirmation, a quarter for arrivals. Who costs nothing
        looks when nothing is left.
        """
        spent = self.spent_until(now)
        if spent > now:
            return -math.inf if self.has_stand_in else spent
        if reason in {LookReason.ACTIVE, LookReason.SCHEDULED}:
            return self._returns(now, _KEPT_FOR_EDGES)
        if reason is LookReason.TRIGGER and edge is not None and not edge.kind.is_arrival:
            return self._returns(now, _KEPT_FOR_ARRIVALS)
        return -math.inf

    def trouble(self, now: float) -> str:
        """What of the job's own is spent, for people; '' while nothing is."""
        shortage = self._budget.shortage(now) if self._metered else None
        return f"its {shortage.what} are spent" if shortage else ""

    def usage(self, now: float) -> Mapping[str, Usage]:
        """By the names of the limits; on the clock of `now`."""
        return self._budget.usage(now)

    def _returns(self, now: float, kept: float) -> float:
        shortage = self._budget.shortage(now, kept) if self._metered else None
        return now + shortage.wait if shortage else -math.inf


def _limits(limits: Limits) -> BudgetLimits:
    return BudgetLimits(
        looks_per_minute=limits.looks_per_minute,
        looks_per_hour=limits.looks_per_hour,
        looks_per_day=limits.looks_per_day,
        tokens_per_day=limits.tokens_per_day,
    )
