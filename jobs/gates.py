"""What keeps one job from looking, though it wants to, and until when. Pure; monotonic seconds."""

from __future__ import annotations

import math
from typing import NamedTuple

from frigate_ext.domain.look import LookReason
from frigate_ext.domain.watch import Phase
from frigate_ext.runtime.clock import Moment
from jobs.outage import Outage
from jobs.plan import Scene
from jobs.schedule import Hours

_WAIVED = (Phase.OFF_SCHEDULE, Phase.COOLDOWN)
"""What a person who asks for a look need not wait for."""


class Gate(NamedTuple):
    """Closed until then (-inf: open), and what a job is said to do meanwhile."""

    until: float
    phase: Phase


class Gates:
    """What people, hours and failures say; cooldown and budget come from elsewhere."""

    def __init__(self, hours: Hours, *, paused: bool, snoozed_until: float) -> None:
        self.hours = hours
        self.paused = paused
        self.snoozed_until = snoozed_until
        self.outage = Outage()

    def are_for_edges(self, now: Moment) -> bool:
        """Whether the job is to hear of what happens, to look at it now or later."""
        return not (self.paused or self.snoozed_until > now.monotonic or self.hours.are_off(now))

    def closed(
        self, now: Moment, scene: Scene, reason: LookReason, cooldown: Gate, budget: Gate
    ) -> list[Gate]:
        """Those in the way of a look for this reason, most telling first."""
        gates = (
            Gate(self.snoozed_until, Phase.SNOOZED),
            Gate(self.hours.open_at(now), Phase.OFF_SCHEDULE),
            Gate(self.outage.until, self.outage.phase),
            Gate(_sight_returns(scene, reason), Phase.BLIND),
            cooldown,
            budget,
        )
        waived = _WAIVED if reason is LookReason.REQUESTED else ()
        return [gate for gate in gates if gate.until > now.monotonic and gate.phase not in waived]


def _sight_returns(scene: Scene, reason: LookReason) -> float:
    """A pinned frame can be judged while the camera is away; the newest one is old news."""
    return -math.inf if scene.online or reason is LookReason.TRIGGER else math.inf
