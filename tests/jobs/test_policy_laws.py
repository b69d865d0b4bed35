"""What holds whatever people and cameras do, and whenever they do it."""

import math
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from frigate_ext.domain.watch import Confirm, Limits, Mode, Phase
from tests.jobs.rig import QUIET

COOLDOWN, REMINDER = 120.0, 60.0
ROUNDING = 1e-6
seconds = st.floats(0.0, 200.0)
actions = st.one_of(
    st.tuples(st.just("sleep"), seconds),
    st.tuples(st.just("look"), st.sampled_from(["met", "not_met", "met", "unsure"])),
    st.tuples(st.just("look"), st.sampled_from(["met", "not_met"])),
    st.tuples(st.just("arrive"), st.none()),
    st.tuples(st.just("leave"), st.none()),
    st.tuples(st.just("begin"), st.none()),
    st.tuples(st.sampled_from(["met", "not_met", "unsure"]), st.none()),
    st.tuples(st.just("unavailable"), st.none()),
    st.tuples(st.just("pause"), st.none()),
    st.tuples(st.just("resume"), st.none()),
    st.tuples(st.just("snooze"), seconds),
    st.tuples(st.just("request"), st.none()),
    st.tuples(st.just("ask"), st.sampled_from(["a person", "a dog"])),
    st.tuples(st.just("confirm"), st.integers(1, 3)),
    st.tuples(st.just("set_clock"), st.sampled_from([-3600.0, 3600.0, -86_400.0, 31e6])),
)


class Story:
    """Carries out actions and checks the laws after each, by what it remembers itself."""

    def __init__(self, r, watch):
        self.r, self.watch = r, watch
        self.asks, self.people = [], 0
        self.paused, self.snoozed_until = False, -math.inf
        self.alerts, self.cleared = [], True

    @property
    def resting(self):
        return self.paused or self.snoozed_until > self.r.clock.monotonic

    def act(self, name, value):
        getattr(self, f"_{name}", self._answer)(value if hasattr(self, f"_{name}") else name)
        plan = self.r.plan()
        if self.resting:
            assert plan.look is None
            assert self.r.begin() is None
            assert not any(self.r.policy.awaits(ask) for ask in self.asks)
            assert plan.phase is (None if self.paused else Phase.SNOOZED)

    def _sleep(self, value):
        self.r.clock.advance(value)

    def _look(self, answer):
        """Wait for the next look, for a while, and answer it."""
        plan = self.r.plan()
        if not plan.look:
            self._sleep(min(max(0.0, plan.at - self.r.clock.monotonic), 300.0))
        self._begin(None)
        for _ in list(self.asks):
            self._answer(answer)

    def _arrive(self, _):
        self.people += 1
        kept = self.r.see(f"p{self.people}")
        assert not (kept and self.resting)

    def _leave(self, _):
        self.r.see()

    def _begin(self, _):
        if (ask := self.r.begin()) is not None:
            self.asks.append(ask)

    def _unavailable(self, _):
        if self.asks and self.r.policy.awaits(self.asks[-1]):
            self.r.policy.unavailable(self.r.clock.now())

    def _answer(self, name):
        """The oldest look that is under way is answered; nobody is told of one that is not awaited."""
        if not self.asks:
            return
        ask = self.asks.pop(0)
        if self.r.policy.awaits(ask):
            alert = self.r.answer(ask, name).alert
            self.cleared = self.cleared or name == "not_met"
            if alert:
                self._alerted(name)

    def _alerted(self, name):
        now = self.r.clock.monotonic
        assert name == "met"
        assert not self.resting
        if self.alerts:
            assert now - self.alerts[-1] >= (COOLDOWN if self.cleared else REMINDER) - ROUNDING
        assert self.cleared or self.watch.remind_every is not None
        self.alerts.append(now)
        self.cleared = False
        assert (
            sum(now - alert < 3600.0 - ROUNDING for alert in self.alerts) <= self.watch.limits.alerts_per_hour
        )

    def _pause(self, _):
        self.r.policy.pause()
        self.paused = True

    def _resume(self, _):
        self.r.policy.resume()
        self.paused, self.snoozed_until = False, -math.inf

    def _snooze(self, value):
        if not self.paused:
            self.snoozed_until = self.r.clock.monotonic + value
            self.r.policy.snooze(self.snoozed_until)

    def _set_clock(self, value):
        """The wall's clock is set, by a time server say."""
        self.r.clock.wall += value

    def _request(self, _):
        if not self.paused:
            self.r.policy.request(self.r.clock.now(), QUIET)

    def _ask(self, condition):
        """Another question may alert without having been seen cleared, but not before the cooldown's end."""
        self.cleared = self.cleared or condition != self.watch.condition
        self._change(condition=condition)

    def _confirm(self, k):
        self._change(confirm=Confirm(k, 3))

    def _change(self, **fields):
        self.watch = replace(self.watch, **fields)
        self.r.policy.change(self.watch, self.r.clock.now(), math.inf)


@given(st.lists(actions, min_size=10, max_size=80), st.sampled_from([None, REMINDER]))
@settings(max_examples=400)
def test_resting_jobs_rest_and_standing_ones_alert_only_when_cleared_and_cooled_down(
    rig, watch, story, remind_every
):
    fields = {
        "mode": Mode.STANDING,
        "cooldown": COOLDOWN,
        "remind_every": remind_every,
        "limits": Limits(alerts_per_hour=2),
    }
    told = Story(rig(settings={"metered": False}, **fields), watch(**fields))
    for name, value in story:
        told.act(name, value)


@given(st.lists(actions, max_size=60))
def test_whatever_happened_a_resumed_job_looks_again(rig, watch, story):
    told = Story(rig(settings={"metered": False}), watch())
    told.r.clock.advance(1)
    for name, value in story:
        if "met" not in {name, value}:
            told.act(name, value)
    for ask in told.asks:
        if told.r.policy.awaits(ask):
            told.r.answer(ask, "not_met")
    told.r.policy.resume()
    told.r.clock.advance(61.0 if told.resting else 400.0)
    assert told.r.begin() is not None


def _unsaved(r, ask):
    r.answer(ask, "not_met")
    r.policy.unsaved(r.clock.now(), ask, alert=False)


FAILURES = {
    "the model is down": lambda r, ask: r.policy.unavailable(r.clock.now()),
    "the model asks for time": lambda r, ask: r.policy.unavailable(r.clock.now(), 30.0),
    "nothing is left to spend": lambda r, ask: r.policy.unaffordable(r.clock.now(), 5.0),
    "no look can be begun": lambda r, ask: r.policy.failing(r.clock.now()),
    "no verdict can be saved": _unsaved,
}


def _look(r, call, what):
    """Wait for the next look, begin it, and have this come of it; returns what it was about."""
    while not r.plan().look:
        r.sleep()
    ask = r.begin()
    r.clock.advance(call)
    if what in FAILURES:
        FAILURES[what](r, ask)
    else:
        assume(not r.answer(ask, what).alert)
    return ask


@given(
    before=st.lists(st.sampled_from([*FAILURES, "not_met", "unsure", "met"]), max_size=8),
    during=st.lists(st.sampled_from(list(FAILURES)), max_size=4),
    k=st.integers(1, 3),
    call=st.floats(0.05, 20.0),
    later=st.floats(0.0, 400.0),
)
def test_who_passes_is_looked_at_whatever_went_wrong_before_and_goes_wrong_then(
    rig, before, during, k, call, later
):
    """Confirming, failing or without a model: in their own frame, as soon as a look succeeds."""
    r = rig(confirm=Confirm(k, 3), settings={"metered": False})
    for what in before:
        _look(r, call, what)
    r.clock.advance(later)
    r.see("v")
    r.clock.advance(0.3)
    r.see()
    looks = [_look(r, call, what) for what in [*during, "not_met"]]
    assert [o.id for o in looks[-1].edge.objects] == ["v"]
