"""When one job wants to look next, were nothing in the way, and why. Pure; monotonic seconds."""

from __future__ import annotations

import math

from frigate_ext.domain.look import LookReason
from frigate_ext.domain.verdict import Verdict
from frigate_ext.domain.watch import Limits
from jobs.pace import Pace
from jobs.plan import Scene


class Agenda:
    """Knows what was looked at, and what each answer makes of the time until the next look."""

    def __init__(self, limits: Limits, early: float) -> None:
        self._pace = Pace(limits, early)
        self._requested = False
        self.last_look: float | None = None
        self._judged = -math.inf
        """Epoch s of the frame that the last verdict was about."""
        self._next = -math.inf
        """When to look though nothing happens."""

    def wanted(self, scene: Scene, *, waiting: bool, confirming: bool) -> tuple[float, LookReason]:
        """When the next look is wanted, and why; `waiting` says that an edge waits for one."""
        if self._requested:
            return -math.inf, LookReason.REQUESTED
        if self.last_look is None:
            return -math.inf, LookReason.TRIGGER if waiting else LookReason.INITIAL
        soonest = self.last_look + self._pace.limits.min_interval
        if waiting and not (confirming and scene.online):
            return soonest, LookReason.TRIGGER
        if confirming:
            newer = waiting or scene.frame_time != self._judged
            return soonest if newer else math.inf, LookReason.CONFIRM
        if scene.active and (again := self.last_look + self._pace.active) < self._next:
            return max(soonest, again), LookReason.ACTIVE
        return max(soonest, self._next), LookReason.SCHEDULED

    def looks(self, now: float, reason: LookReason) -> None:
        """A look begins."""
        self.last_look = now
        self._requested = False
        self._pace.looked(reason)

    def answered(self, now: float, verdict: Verdict) -> None:
        self._judged = verdict.frame_time
        self._next = now + self._pace.after(verdict)

    def unreadable(self, now: float) -> None:
        """A look had an answer that decides nothing."""
        self._next = now + self._pace.after_nothing()

    def frame_lost(self, now: float) -> None:
        self._next = now + self._pace.limits.min_interval

    def request(self) -> None:
        """A person wants a look."""
        self._requested = True

    def by(self, at: float) -> None:
        """Look then at the latest."""
        self._next = min(self._next, at)

    def change(self, limits: Limits, now: float) -> None:
        self._pace.limits = limits
        self.by(now + limits.max_interval)

    def begin_anew(self) -> None:
        """Look as soon as one may."""
        self._requested = False
        self._next = -math.inf
