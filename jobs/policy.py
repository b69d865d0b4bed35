"""What a watch job makes of edges, answers and wishes. Decides; does nothing.

When it looks is for `jobs.timing` to say. Both take the time and the scene as arguments: the same code runs
live, in tests and over a recording.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import tzinfo

from frigate_ext.domain.look import LookReason
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import JobState, Mode, Phase, Usage, Watch
from frigate_ext.runtime.clock import Moment
from jobs.agenda import Agenda
from jobs.alarm import Alarm
from jobs.allowance import Allowance
from jobs.gates import Gates
from jobs.mailbox import Mailbox
from jobs.plan import Ask, Outcome, Plan, Scene
from jobs.schedule import Hours
from jobs.timing import Timing
from jobs.trigger import Edge, concerns

_UNAFFORDABLE = 30.0
"""Seconds until a judge with nothing left to spend is asked again, where nobody says when it has."""
_BAD_REPLIES_PER_EDGE = 2
_STALE = 3600.0
"""An edge that could not be looked at for so long is history, not news."""


class Policy:
    """One job's decisions. Not thread-safe: its owner lets one caller in at a time.

    Times are the monotonic clock's, but for the schedule, which lives on the wall's. `spent` are the looks
    of the last day with their tokens, oldest first; for the rest of the budget see `Allowance`.
    """

    def __init__(
        self,
        watch: Watch,
        *,
        expires_at: float = math.inf,
        armed: bool = True,
        alerts: Iterable[float] = (),
        told: Iterable[float] = (),
        spent: Iterable[tuple[float, int]] = (),
        snoozed_until: float = -math.inf,
        paused: bool = False,
        metered: bool = True,
        stands_in: Callable[[Watch], bool] = lambda _: False,
        zone: tzinfo | None = None,
        early: float = 0.0,
    ) -> None:
        self._watch = watch
        self._expires_at = expires_at
        self._default_zone = zone
        self._gates = Gates(Hours(watch, zone), paused=paused, snoozed_until=snoozed_until)
        self._alarm = Alarm(watch, armed=armed, alerts=alerts, told=told)
        self._agenda = Agenda(watch.limits, early)
        self._allowance = Allowance(watch, metered=metered, spent=spent, stands_in=stands_in)
        self._mailbox = Mailbox()
        self._timing = Timing(
            gates=self._gates,
            alarm=self._alarm,
            agenda=self._agenda,
            allowance=self._allowance,
            mailbox=self._mailbox,
        )
        self._under_way: Ask | None = None
        self._bad_replies = 0

    @property
    def armed(self) -> bool:
        """Whether the next confirmed verdict is news."""
        return self._alarm.armed

    def offer(self, edge: Edge, now: Moment) -> bool:
        """Take note of an edge that concerns the watch; True when it will be looked at, so keep its frame."""
        if not self._gates.are_for_edges(now):
            return False
        if self.armed and self._alarm.cooling_until() > now.monotonic:
            self._agenda.by(self._alarm.cooling_until())
            return False
        if not self.armed and edge.kind.is_arrival:
            return False
        return self._mailbox.put(edge, now.monotonic)

    def may_tell(self, edge: Edge, now: Moment) -> bool:
        """Whether an edge, unjudged as it is, may be told as an unverified alert; say `told` if it was."""
        waits = edge in self._mailbox or (self._under_way is not None and self._under_way.edge is edge)
        return waits and self._alarm.may_tell(now.monotonic)

    def told(self, now: Moment) -> None:
        """An unverified alert was sent."""
        self._alarm.tell(now.monotonic)

    def ask_again(self, edge: Edge, now: Moment) -> None:
        """Look first at an edge that an earlier run had begun to look at, unless paused since.

        How long ago that was is for the wall's clock to say: the other one begins with the machine.
        """
        if not self._gates.paused:
            self._mailbox.put_back(edge, now.monotonic - max(0.0, now.wall - edge.frame_time))

    def plan(self, now: Moment, scene: Scene) -> Plan:
        """What to do now; changes nothing. A look that is under way is waited for, even past the expiry."""
        if self._under_way is not None:
            return Plan(Phase.LOOKING)
        return self._timing.plan(now, scene, self._expires_at)

    def begin(self, now: Moment, scene: Scene) -> Ask | None:
        """Start the look that is due; None when none is any more. `answered` or `failed` must follow."""
        self._mailbox.drop_before(now.monotonic - _STALE)
        reason = self.plan(now, scene).look
        if reason is None:
            return None
        spent = self._allowance.spent_until(now.monotonic) > now.monotonic
        if not spent:
            self._allowance.spend_look(now.monotonic)
        self._agenda.looks(now.monotonic, reason)
        edge = None if reason is LookReason.REQUESTED else self._mailbox.first()
        self._under_way = Ask(reason, edge, now.monotonic, by_stand_in=spent)
        return self._under_way

    def look_again(self, now: Moment, ask: Ask, paid: Collection[int]) -> Ask | None:
        """Begin a second look at the frame of the one that was just answered, from which nothing follows.

        None where nothing is left to spend: its edge waits.
        """
        self._settle(paid)
        if self._allowance.spent_until(now.monotonic) > now.monotonic:
            self._agenda.by(now.monotonic)
            return None
        self._allowance.spend_look(now.monotonic)
        self._under_way = replace(ask, began=now.monotonic)
        return self._under_way

    def awaits(self, ask: Ask) -> bool:
        """Whether the answer still matters: not when the job was paused, snoozed or asked anew meanwhile.

        Nothing below may be told about a look that is not awaited any more.
        """
        return self._under_way is ask

    @property
    def judge_is_down(self) -> bool:
        """The last look found no judge, and none has answered since."""
        return self._gates.outage.is_of_judge

    def own_budget(self, now: Moment) -> str:
        """What of the job's own budget is spent, for people; '' while nothing is."""
        return self._allowance.trouble(now.monotonic)

    @property
    def has_stand_in(self) -> bool:
        """Whether somebody judges while there is nothing to spend."""
        return self._allowance.has_stand_in

    def usage(self, now: Moment) -> Mapping[str, Usage]:
        """Of the job's own budget, by the names of its limits.

        In whole epoch seconds: two clocks are read, and what has not changed must not look as if it had.
        """
        shift = now.wall - now.monotonic
        usage = self._allowance.usage(now.monotonic)
        return {
            name: one if one.frees_at is None else replace(one, frees_at=round(one.frees_at + shift))
            for name, one in usage.items()
        }

    def change(self, watch: Watch, now: Moment, expires_at: float) -> None:
        """Go on with another watch of the same camera, knowing what was looked at and alerted.

        Another question is looked at soon, and what was said about the old one counts for nothing.
        """
        before, self._watch, self._expires_at = self._watch, watch, expires_at
        self._alarm.change(watch)
        self._gates.hours = Hours(watch, self._default_zone)
        self._allowance.change(watch)
        self._agenda.change(watch.limits, now.monotonic)
        if not self.armed:
            self._agenda.by(self._alarm.next_alert())
        self._mailbox.drop(lambda edge: not concerns(watch, edge))
        if not same_question(watch, before):
            self._begin_anew()
            self._alarm.rearm()

    @property
    def timezone(self) -> tzinfo | None:
        """That of the watch, or of watches which name none; None is the machine's own."""
        return self._gates.hours.zone

    def keep_time_of(self, zone: tzinfo | None) -> None:
        """Another zone is that of watches which name none."""
        self._default_zone = zone
        self._gates.hours = Hours(self._watch, zone)

    def judge_changed(self, *, metered: bool) -> None:
        """Somebody else answers: what the last one failed at, or had spent, is over."""
        self._allowance.judge_changed(self._watch, metered=metered)
        if self._gates.outage.is_of_judge:
            self._gates.outage.ends()

    def pause(self) -> None:
        """Look at nothing and keep no edge until `resume`; an answer under way is not awaited any more."""
        self._gates.paused = True
        self._begin_anew()
        self._mailbox.clear()

    def snooze(self, until: float) -> None:
        """Pause until a time (monotonic), and look then."""
        self._gates.snoozed_until = until
        self._begin_anew()
        self._mailbox.clear()

    def resume(self) -> None:
        """End a pause and a snooze, and look soon."""
        self._gates.paused, self._gates.snoozed_until = False, -math.inf

    def request(self, now: Moment, scene: Scene) -> Phase | None:
        """Look once, soon, at the newest frame; or else return what does not allow it."""
        closed = self._timing.closed(now, scene, LookReason.REQUESTED)
        if closed:
            return closed[0].phase
        self._agenda.request()
        return None

    def answered(
        self,
        now: Moment,
        ask: Ask,
        verdict: Verdict,
        in_frame: Collection[str],
        paid: Collection[int] = (0,),
    ) -> Outcome:
        """Take a verdict; `in_frame` are the ids of the real objects in the judged frame.

        `paid`, here and below, are the tokens of each judge that was paid for the look.
        """
        self._settle(paid)
        if not (ask.by_stand_in and self.judge_is_down):
            self._gates.outage.ends()
        self._forget_answered(ask, verdict.frame_time, in_frame)
        self._agenda.answered(now.monotonic, verdict)
        if verdict.answer is not Answer.UNSURE:
            self._bad_replies = 0
        was_armed = self.armed
        alert = self._alarm.take(verdict.answer, now.monotonic)
        if self.armed and not was_armed:
            self._leave_to_the_cooldown(now)
        self._look_for_a_reminder(now, verdict)
        ends = alert and self._watch.mode is Mode.ONCE
        return Outcome(alert=alert, ended=JobState.MET if ends else None)

    def unavailable(self, now: Moment, retry_after: float | None = None, paid: Collection[int] = ()) -> None:
        """The judge could not be asked: keep the edge, wait, and try again."""
        self._settle(paid)
        self._gates.outage.lasts(now.monotonic, Phase.MODEL_DOWN, retry_after or 0.0)

    def failing(self, now: Moment) -> None:
        """Something of our own broke before anybody was asked: keep the edge, wait, and try again."""
        self._settle(())
        self._gates.outage.lasts(now.monotonic, Phase.FAILING)

    def abandoned(self, ask: Ask, paid: Collection[int]) -> None:
        """What a look has cost that is over, though nobody may await it any more."""
        if not ask.by_stand_in:
            self._allowance.settle(ask.began, paid)

    def unaffordable(self, now: Moment, retry_after: float | None, paid: Collection[int] = ()) -> None:
        """The judge's own budget is spent for so many seconds: keep the edge, and ask then."""
        self._settle(paid)
        self._allowance.judge_is_spent(now.monotonic + (retry_after or _UNAFFORDABLE))

    def unsaved(self, now: Moment, ask: Ask, *, alert: bool) -> None:
        """What followed from a verdict could not be committed: look at the same edge again later."""
        if alert:
            self._alarm.retract()
        if ask.edge is not None:
            self._mailbox.put_back(ask.edge, ask.began)
        self._agenda.by(now.monotonic)
        self._gates.outage.lasts(now.monotonic, Phase.FAILING)

    def unreadable(self, now: Moment, ask: Ask, paid: Collection[int] = (0,)) -> None:
        """The judge said nothing that is a verdict: ask once more about the same edge, then let it go."""
        self._settle(paid)
        if ask.edge is not None:
            self._bad_replies += 1
            if self._bad_replies >= _BAD_REPLIES_PER_EDGE:
                self._drop(ask.edge)
        self._agenda.unreadable(now.monotonic)

    def frame_lost(self, now: Moment, ask: Ask) -> None:
        """The frame to judge can't be had: nobody was asked; for an edge, look at the newest one instead."""
        self._settle(())
        if ask.edge is not None:
            self._drop(ask.edge)
        self._agenda.frame_lost(now.monotonic)

    def _begin_anew(self) -> None:
        """Forget what was answered and is being asked; look at the newest frame as soon as one may."""
        self._under_way = None
        self._alarm.forget_answers()
        self._agenda.begin_anew()

    def _look_for_a_reminder(self, now: Moment, verdict: Verdict) -> None:
        """Unarmed, be there when the next one is due; one that is overdue waits for a clear verdict."""
        due = self._alarm.next_alert()
        if not self.armed and (due > now.monotonic or verdict.answer is Answer.MET):
            self._agenda.by(due)

    def _forget_answered(self, ask: Ask, frame_time: float, in_frame: Collection[str]) -> None:
        """A look answers its own edge, and earlier ones whose object is in sight or has departed."""

        def answered(edge: Edge) -> bool:
            seen = edge.subject.id in in_frame or not edge.kind.is_arrival
            return edge is ask.edge or (edge.frame_time <= frame_time and seen)

        self._mailbox.drop(answered)

    def _leave_to_the_cooldown(self, now: Moment) -> None:
        """Just re-armed: what arrived meanwhile is looked at as it is when the next alert is allowed."""
        if self._mailbox and self._alarm.cooling_until() > now.monotonic:
            self._mailbox.clear()
            self._agenda.by(self._alarm.cooling_until())

    def _drop(self, lost: Edge) -> None:
        self._bad_replies = 0
        self._mailbox.drop(lambda edge: edge is lost)

    def _settle(self, paid: Collection[int]) -> None:
        """The look under way is over, and these are the tokens of each judge that was paid for it."""
        if self._under_way is not None:
            self.abandoned(self._under_way, paid)
        self._under_way = None


def same_question(one: Watch, other: Watch) -> bool:
    """Whether a judge is asked the same for both."""
    return (one.condition, one.labels, one.zones) == (other.condition, other.labels, other.zones)
