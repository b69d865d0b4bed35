"""How long to wait between looks: longer each time, while nothing comes of them. Pure; seconds."""

from __future__ import annotations

from frigate_ext.domain.look import LookReason
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Limits

_ACTIVE_FIRST, _ACTIVE_LAST = 1.0, 5.0
"""While a matching object keeps moving in view, looks repeat after 1, 2, 4 and then every 5 seconds."""
_UNSURE_FIRST = 5.0
"""An unsure verdict leads to another look soon, and less soon each time."""


class Pace:
    """One job's intervals, all within its `limits`."""

    def __init__(self, limits: Limits, early: float = 0.0) -> None:
        """`early` is the share of its interval by which a scheduled look comes early."""
        self.limits = limits
        self._early = early
        self.active = _ACTIVE_FIRST
        """From one look to the next while something moves."""
        self._unsure = _UNSURE_FIRST
        self._patience = 0.0
        """Until the next look at least: a model that advises to look soon, each time, is heeded ever less."""

    def looked(self, reason: LookReason) -> None:
        """A look begins."""
        scheduled = reason is LookReason.SCHEDULED
        self._patience = self._patience * 2 if scheduled else self.limits.min_interval / 2
        if reason is LookReason.ACTIVE:
            self.active = min(self.active * 2, _ACTIVE_LAST)
        elif reason is LookReason.TRIGGER:
            self.active = _ACTIVE_FIRST

    def after(self, verdict: Verdict) -> float:
        """From a verdict to the next scheduled look; what the judge wishes is advice."""
        if verdict.answer is Answer.UNSURE:
            return self.after_nothing()
        self._unsure = _UNSURE_FIRST
        longest = self.limits.max_interval
        advice = longest if verdict.next_run_in is None else verdict.next_run_in
        wanted = min(max(advice, self.limits.min_interval, self._patience), longest)
        return max(wanted * (1.0 - self._early), min(wanted, self.limits.min_interval))

    def after_nothing(self) -> float:
        """From an answer that decides nothing to the next scheduled look."""
        longest = self.limits.max_interval
        step = min(max(self._unsure, self.limits.min_interval), longest)
        self._unsure = min(self._unsure * 2, longest)
        return step
