"""What a job's looks may cost, and who judges when that is spent."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.look import LookReason
from frigate_ext.domain.watch import Limits, Phase
from tests.jobs.rig import ACTIVE

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def stand_in(rig, **limits):
    return rig(limits=Limits(**limits), settings={"stands_in": lambda _: True})


@pytest.mark.parametrize(
    "limits,window",
    [
        ({"looks_per_minute": 2}, MINUTE),
        ({"looks_per_hour": 2}, HOUR),
        ({"looks_per_day": 2}, DAY),
    ],
)
def test_looks_of_a_minute_an_hour_and_a_day_are_limited(rig, limits, window):
    r = rig(limits=Limits(**limits))
    for n in range(2):
        r.see(f"p{n}")
        r.look("not_met")
        r.clock.advance(2)
    r.see("p9")
    assert r.plan().phase is Phase.BUDGET_SPENT
    wait = r.plan().at - r.clock.monotonic
    assert window - 4 <= wait <= window * 61 / 60


def test_the_tokens_of_a_day_are_limited_and_the_look_that_exceeds_them_is_the_last(rig):
    r = rig(limits=Limits(tokens_per_day=1000))
    for n, tokens in enumerate((600, 600)):
        r.see(f"p{n}")
        ask = r.begin()
        r.answer(ask, "not_met", paid=[tokens])
        r.clock.advance(2)
    r.see("p9")
    assert (r.plan().phase, r.plan().look) == (Phase.BUDGET_SPENT, None)


def test_with_nothing_left_the_detector_judges_what_triggers(rig):
    r = stand_in(rig, looks_per_hour=1)
    r.look("not_met")
    r.clock.advance(2)
    assert r.plan().phase is Phase.BUDGET_SPENT
    for n in range(5):
        r.see(f"p{n}")
        ask = r.begin()
        assert (ask.reason, ask.by_stand_in) == (LookReason.TRIGGER, True)
        r.answer(ask, "not_met", paid=[])
        r.clock.advance(2)


def test_when_looks_are_to_be_had_again_the_model_judges_again(rig):
    r = stand_in(rig, looks_per_minute=1)
    r.look("not_met")
    r.clock.advance(10)
    r.see("p1")
    ask = r.begin()
    assert ask.by_stand_in
    r.answer(ask, "not_met", paid=[])
    r.clock.advance(MINUTE)
    r.see("p1", "p2")
    assert not r.begin().by_stand_in


def test_looks_of_who_costs_nothing_spend_nothing(rig):
    r = stand_in(rig, looks_per_minute=1)
    r.look("not_met")
    for n in range(5):
        r.clock.advance(10)
        r.see(f"p{n}")
        assert r.look("not_met")[0] is LookReason.TRIGGER
    r.clock.advance(11)
    assert r.policy.usage(r.clock.now())["looks_per_minute"].used == 0


def test_half_a_budget_is_kept_even_where_somebody_stands_in(rig):
    r = stand_in(rig, looks_per_hour=4)
    r.look("not_met")
    r.sleep(ACTIVE)
    r.look("not_met", ACTIVE)
    r.clock.advance(10)
    assert r.plan(ACTIVE).look is None
    r.see("p1")
    assert not r.begin().by_stand_in


def test_when_the_judges_own_budget_is_spent_the_edge_is_judged_by_the_detector(rig):
    r = stand_in(rig)
    r.see("p1")
    assert r.begin()
    r.policy.unaffordable(r.clock.now(), 900.0)
    r.clock.advance(1)
    ask = r.begin()
    assert (ask.by_stand_in, ask.edge.subject.id) == (True, "p1")
    assert r.policy.own_budget(r.clock.now()) == ""
    r.answer(ask, "not_met", paid=[])
    r.clock.advance(900)
    r.see("p1", "p2")
    assert not r.begin().by_stand_in


def test_a_judge_that_does_not_say_when_it_has_something_to_spend_is_asked_soon(rig):
    r = rig()
    r.begin()
    r.policy.unaffordable(r.clock.now(), None)
    assert r.sleep() == 30.0


@pytest.mark.parametrize("paid", [(), (0,)], ids=["never sent", "timed out"])
def test_a_look_that_was_not_answered_costs_what_was_paid_for_it(rig, paid):
    r = rig(limits=Limits(looks_per_hour=5))
    r.begin()
    r.policy.unavailable(r.clock.now(), None, paid)
    assert r.plan().phase is Phase.MODEL_DOWN
    assert r.policy.usage(r.clock.now())["looks_per_hour"].used == len(paid)


def test_an_answer_that_nobody_awaits_any_more_has_cost_its_tokens(rig):
    r = rig(limits=Limits(tokens_per_day=100))
    ask = r.begin()
    r.policy.pause()
    r.policy.abandoned(ask, [150])
    r.policy.resume()
    assert r.plan().phase is Phase.BUDGET_SPENT


def test_another_limit_counts_what_was_spent_under_the_old_one(rig, watch):
    r = rig()
    for n in range(3):
        r.see(f"p{n}")
        r.look("not_met")
        r.clock.advance(2)
    r.policy.change(watch(limits=Limits(looks_per_day=3)), r.clock.now(), math.inf)
    r.see("p9")
    assert r.plan().phase is Phase.BUDGET_SPENT


LIMITS = Limits(looks_per_minute=3, looks_per_hour=7, looks_per_day=20, tokens_per_day=5000)
pauses = st.one_of(st.floats(0.0, 5.0), st.floats(0.0, 100.0), st.floats(0.0, 4000.0))
events = st.sampled_from(["arrive", "leave", "none", "active", "timeout", "away", "pause", "change"])


@given(st.lists(st.tuples(pauses, events, st.integers(0, 900)), max_size=120), st.booleans())
def test_whatever_happens_no_window_ever_holds_more_than_its_limit(rig, watch, story, stands_in):
    settings = {"stands_in": lambda _: stands_in}
    r, spent = rig(limits=LIMITS, settings=settings), []
    for n, (pause, event, tokens) in enumerate(story):
        r.clock.advance(pause)
        r.see(*([f"p{n}"] if event == "arrive" else []))
        ask = r.begin(ACTIVE)
        if ask is None:
            continue
        if not ask.by_stand_in and event != "away":
            assert sum(used for at, used in spent if at > ask.began - DAY) < LIMITS.tokens_per_day
            spent.append((ask.began, tokens))
        paid = [] if ask.by_stand_in else [tokens]
        if event == "timeout":
            r.policy.unavailable(r.clock.now(), None, paid)
        elif event == "away":
            r.policy.unavailable(r.clock.now())
        elif event == "pause":
            r.policy.snooze(r.clock.monotonic)
            r.policy.abandoned(ask, paid)
        else:
            r.answer(ask, "not_met", paid=paid)
        if event == "change":
            r.policy.change(replace(watch(limits=LIMITS), name=str(n)), r.clock.now(), math.inf)
    times = [at for at, _ in spent]
    for window, limit in ((MINUTE, 3), (HOUR, 7), (DAY, 20)):
        assert all(sum(first <= at < first + window for at in times) <= limit for first in times)
