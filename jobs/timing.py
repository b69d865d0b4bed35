"""When a watch job looks next, and what keeps it from looking. Pure; changes nothing."""

from __future__ import annotations

import math

from frigate_ext.domain.look import LookReason
from frigate_ext.domain.watch import Phase
from frigate_ext.runtime.clock import Moment
from jobs.agenda import Agenda
from jobs.alarm import Alarm
from jobs.allowance import Allowance
from jobs.gates import Gate, Gates
from jobs.mailbox import Mailbox
from jobs.plan import Plan, Scene

_CLEARING_INTERVAL = 30.0
"""Looks at least this far apart while a standing job only waits for its condition to clear."""
_LAST_MINUTE = 60.0
"""How long past its expiry a job may still look at what arrived before it."""


class Timing:
    """Reads the parts of one job that others change. Times are the monotonic clock's."""

    def __init__(
        self, *, gates: Gates, alarm: Alarm, agenda: Agenda, allowance: Allowance, mailbox: Mailbox
    ) -> None:
        self._gates = gates
        self._alarm = alarm
        self._agenda = agenda
        self._allowance = allowance
        self._mailbox = mailbox

    def plan(self, now: Moment, scene: Scene, expires_at: float) -> Plan:
        """What a job does now that waits for no answer."""
        if now.monotonic >= expires_at + (_LAST_MINUTE if self._mailbox else 0.0):
            return Plan(Phase.WATCHING, expired=True)
        if self._gates.paused:
            return Plan(None, at=expires_at)
        at, reason = self._agenda.wanted(
            scene, waiting=bool(self._mailbox), confirming=self._alarm.is_confirming
        )
        closed = self.closed(now, scene, reason)
        phase = closed[0].phase if closed else self._open_phase(now)
        openings = [gate.until for gate in closed]
        at = max([at, *openings])
        if at <= now.monotonic:
            return Plan(phase, look=reason, due=now.monotonic)
        expiry = max(expires_at, now.monotonic)
        due = at if at < expires_at else math.inf
        return Plan(phase, at=min([at, expiry, self._gates.hours.next_change(now), *openings]), due=due)

    def closed(self, now: Moment, scene: Scene, reason: LookReason) -> list[Gate]:
        """What is in the way of a look for this reason, most telling first."""
        cooldown = Gate(self._cooldown_lets_look(), Phase.COOLDOWN)
        affordable = self._allowance.lets_look(now.monotonic, reason, self._mailbox.first())
        budget = Gate(affordable, self._open_phase(now))
        return self._gates.closed(now, scene, reason, cooldown, budget)

    def _cooldown_lets_look(self) -> float:
        """Armed, no look before the cooldown's end can alert; unarmed, some looks watch it clear.

        Something that departs may clear it right now, before the next one arrives.
        """
        if self._alarm.armed:
            return self._alarm.cooling_until()
        last_look = self._agenda.last_look
        if last_look is None:
            return -math.inf
        edge = self._mailbox.first()
        if edge is not None and not edge.kind.is_arrival:
            return -math.inf
        return last_look + _CLEARING_INTERVAL

    def _open_phase(self, now: Moment) -> Phase:
        """What it does while nothing but the budget is in its way."""
        spent = self._allowance.spent_until(now.monotonic) > now.monotonic
        return Phase.BUDGET_SPENT if spent else self._resting_phase(now)

    def _resting_phase(self, now: Moment) -> Phase:
        resting = not self._alarm.armed or self._alarm.cooling_until() > now.monotonic
        return Phase.COOLDOWN if resting else Phase.WATCHING
