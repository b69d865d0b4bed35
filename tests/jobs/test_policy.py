"""When a job looks, on a clock that the tests turn."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.look import LookReason
from frigate_ext.domain.watch import Confirm, JobState, Limits, Mode, Phase, Window
from frigate_ext.runtime.clock import ManualClock
from jobs.plan import Scene
from tests.jobs.rig import ACTIVE, BLIND, QUIET


def test_it_looks_at_once_and_then_every_max_interval(rig):
    r = rig()
    assert r.look("not_met")[0] is LookReason.INITIAL
    assert r.sleep() == 300.0
    assert r.look("not_met")[0] is LookReason.SCHEDULED


def test_the_models_advice_counts_within_the_bounds(rig):
    r = rig(limits=Limits(min_interval=2.0, max_interval=60.0))
    for advice, expected in [(10.0, 10.0), (0.0, 2.0), (1e9, 60.0), (None, 60.0)]:
        r.look("not_met", next_run_in=advice)
        assert r.sleep() == expected


def test_advice_that_nothing_comes_of_counts_for_less_until_something_happens(rig):
    r = rig(limits=Limits(looks_per_hour=1000))
    r.look("not_met", next_run_in=5.0)
    waits = []
    for _ in range(10):
        waits.append(r.sleep())
        r.look("not_met", next_run_in=5.0)
    assert waits == [5.0, 5.0, 5.0, 5.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]
    r.see("p1")
    r.clock.advance(1.0)
    r.look("not_met", next_run_in=5.0)
    assert r.sleep() == 5.0


def test_an_arrival_is_looked_at_in_its_own_frame(rig):
    r = rig()
    r.look("not_met")
    r.clock.advance(50)
    assert r.see("p1")
    arrived = r.clock.wall
    r.clock.advance(0.2)
    ask = r.begin()
    assert (ask.reason, ask.edge.frame_time) == (LookReason.TRIGGER, arrived)


def test_arrivals_during_a_call_are_looked_at_afterwards(rig):
    r = rig()
    ask = r.begin()
    assert r.plan().phase is Phase.LOOKING
    r.clock.advance(3)
    r.see("p1")
    r.clock.advance(20)
    r.see()
    r.answer(ask, "not_met")
    follow_up = r.begin()
    assert [o.id for o in follow_up.edge.objects] == ["p1"]


def test_an_edge_whose_object_was_in_the_judged_frame_is_answered(rig):
    r = rig()
    r.look("not_met")
    r.clock.advance(5)
    r.see("p1")
    r.see("p1", "p2")
    ask = r.begin()
    r.clock.advance(0.2)
    r.see("p1", "p2", current_zones=("porch",))
    r.clock.advance(2)
    r.answer(ask, "not_met")
    ask = r.begin()
    assert ask.edge.zone == "porch", "the judged frame did not show the porch yet"
    r.answer(ask, "not_met")
    r.clock.advance(2)
    assert r.begin() is None


def test_looks_are_a_second_apart_at_least(rig):
    r = rig()
    r.look("not_met")
    r.clock.advance(0.25)
    r.see("p1")
    assert r.plan().look is None
    assert r.sleep() == 0.75
    assert r.look("not_met")[0] is LookReason.TRIGGER


def test_while_something_moves_looks_repeat_with_back_off(rig):
    r = rig()
    r.look("not_met")
    assert [r.sleep(ACTIVE), *(_next(r) for _ in range(4))] == [1.0, 2.0, 4.0, 5.0, 5.0]


def _next(r):
    assert r.look("not_met", ACTIVE)[0] is LookReason.ACTIVE
    return r.sleep(ACTIVE)


def test_what_stands_still_gets_the_heartbeat_only(rig):
    r = rig()
    r.look("not_met")
    assert r.plan(QUIET).at - r.clock.monotonic == 300.0


def test_once_ends_as_met_with_its_first_alert(rig):
    _, outcome = rig().look("met")
    assert (outcome.alert, outcome.ended) == (True, JobState.MET)


def test_unsure_never_alerts_but_looks_again_soon_and_less_soon_each_time(rig):
    r = rig()
    for expected in (5.0, 10.0, 20.0):
        assert not r.look("unsure")[1].alert
        assert r.sleep() == expected


def test_two_of_three_must_agree_when_asked_to(rig):
    r = rig(confirm=Confirm(2, 3))
    assert not r.look("met")[1].alert
    assert r.sleep() == 1.0
    assert r.look("not_met")[0] is LookReason.CONFIRM
    r.sleep()
    reason, outcome = r.look("met")
    assert (reason, outcome.alert) == (LookReason.CONFIRM, True)


def test_one_of_three_is_not_enough(rig):
    r = rig(confirm=Confirm(2, 3))
    r.look("met")
    for _ in range(2):
        r.sleep()
        assert not r.look("not_met")[1].alert
    assert r.sleep() == 300.0, "nothing is left to confirm"


def test_a_standing_job_alerts_again_only_when_cleared_and_cooled_down(rig):
    r = rig(mode=Mode.STANDING, cooldown=600.0)
    assert r.look("met")[1].alert
    started = r.clock.monotonic
    answers = []
    while r.clock.monotonic < started + 2000:
        r.sleep()
        if r.plan().look:
            answers.append(r.look("met")[1].alert)
    assert answers
    assert not any(answers), "it never cleared"
    assert not r.look_until_due("not_met")


def test_cleared_within_the_cooldown_it_alerts_after_it(rig):
    r = rig(mode=Mode.STANDING, cooldown=600.0)
    r.look("met")
    first = r.clock.monotonic
    assert not r.look_until_due("not_met")
    assert r.plan().phase is Phase.COOLDOWN
    assert r.look_until_due("met")
    assert r.clock.monotonic - first >= 600.0


def test_a_departure_is_looked_at_during_the_cooldown_so_that_the_next_visitor_counts(rig):
    r = rig(mode=Mode.STANDING, cooldown=10.0)
    r.see("p1")
    assert r.look("met")[1].alert
    r.clock.advance(9)
    r.see()
    assert r.look("not_met")[0] is LookReason.TRIGGER
    r.clock.advance(2)
    r.see("p2")
    assert r.look("met")[1].alert


def test_someone_who_comes_during_the_cooldown_and_stays_is_seen_when_it_ends(rig):
    r = rig(mode=Mode.STANDING, cooldown=60.0)
    r.see("p1")
    r.look("met")
    r.clock.advance(5)
    r.see()
    r.look("not_met")
    assert not r.see("p2")
    assert r.look_until_due("met")
    assert r.clock.monotonic == 1000.0 + 60.0


def test_six_alerts_an_hour_and_no_more(rig):
    r = rig(mode=Mode.STANDING, cooldown=0.0, settings={"metered": False})
    alerts = []
    while r.clock.monotonic < 1000.0 + 3 * 3600.0:
        if r.look_until_due("met"):
            alerts.append(r.clock.monotonic)
        r.look_until_due("not_met")
    assert len(alerts) >= 18
    assert all(seventh - first >= 3600.0 for first, seventh in zip(alerts, alerts[6:], strict=False))


def test_a_spent_budget_is_said_and_comes_back(rig):
    r = rig(limits=Limits(looks_per_hour=4))
    for n in range(4):
        r.see(f"p{n}")
        r.look("not_met")
        r.clock.advance(10)
    r.see("p9")
    plan = r.plan()
    assert (plan.phase, plan.look) == (Phase.BUDGET_SPENT, None)
    r.clock.advance(1800)
    r.see("p10")
    r.clock.advance(1860 - 40)
    assert r.look("not_met")[0] is LookReason.TRIGGER


def test_half_of_the_budget_is_kept_for_arrivals(rig):
    r = rig(limits=Limits(looks_per_hour=4))
    r.look("not_met")
    r.sleep(ACTIVE)
    r.look("not_met", ACTIVE)
    r.clock.advance(10)
    plan = r.plan(ACTIVE)
    assert (plan.phase, plan.look) == (Phase.WATCHING, None)
    r.see("p1")
    assert r.look("not_met")[0] is LookReason.TRIGGER


def test_a_quarter_of_the_budget_is_kept_from_departures(rig):
    r = rig(limits=Limits(looks_per_hour=4))
    for n in range(3):
        r.see(f"p{n}")
        r.clock.advance(1)
        r.look("not_met")
        r.clock.advance(1)
    r.see()
    r.clock.advance(1)
    assert r.plan().look is None
    r.see("p9")
    assert r.begin().edge.subject.id == "p9"


def test_a_judge_that_costs_nothing_has_no_budget(rig):
    r = rig(limits=Limits(looks_per_hour=1), settings={"metered": False})
    for n in range(5):
        r.see(f"p{n}")
        r.look("not_met")
        r.clock.advance(1)


def test_a_blind_job_waits_but_still_judges_the_frame_it_has(rig):
    r = rig()
    assert r.plan(BLIND).phase is Phase.BLIND
    assert r.begin(BLIND) is None
    r.see("p1")
    assert r.begin(BLIND).reason is LookReason.TRIGGER


def test_a_model_that_is_away_is_asked_again_about_the_same_edge(rig):
    r = rig()
    r.look("not_met")
    r.clock.advance(5)
    r.see("p1")
    waits = []
    for _ in range(7):
        ask = r.begin()
        assert ask.edge.subject.id == "p1"
        r.policy.unavailable(r.clock.now())
        assert r.plan().phase is Phase.MODEL_DOWN
        waits.append(r.sleep())
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


def test_a_look_that_can_not_be_begun_is_our_own_failure_and_no_outage_of_the_model(rig):
    r = rig()
    r.see("p1")
    r.begin()
    r.policy.failing(r.clock.now())
    assert (r.plan().phase, r.policy.judge_is_down) == (Phase.FAILING, False)
    assert r.sleep() == 2.0
    assert r.begin().edge.subject.id == "p1"


def test_a_judge_whose_budget_is_spent_is_no_outage_and_asked_when_it_is_not(rig):
    r = rig()
    r.look("not_met")
    r.clock.advance(5)
    r.see("p1")
    r.begin()
    r.policy.unaffordable(r.clock.now(), 900.0)
    assert (r.plan().phase, r.policy.judge_is_down) == (Phase.BUDGET_SPENT, False)
    assert r.sleep() == 900.0
    assert r.begin().edge.subject.id == "p1"


def test_a_server_that_says_when_is_asked_then(rig):
    r = rig()
    r.begin()
    r.policy.unavailable(r.clock.now(), retry_after=600.0)
    assert r.sleep() == 600.0


def test_an_unreadable_reply_is_asked_about_once_more(rig):
    r = rig()
    r.look("not_met")
    r.clock.advance(5)
    r.see("p1")
    for _ in range(2):
        ask = r.begin()
        assert ask.reason is LookReason.TRIGGER
        r.policy.unreadable(r.clock.now(), ask)
        r.clock.advance(1)
    assert r.plan().look is None


def test_a_frame_that_is_gone_is_replaced_by_the_newest(rig):
    r = rig()
    r.look("not_met")
    r.clock.advance(5)
    r.see("p1")
    r.policy.frame_lost(r.clock.now(), r.begin())
    r.sleep()
    assert r.begin().edge is None


def test_a_schedule_is_in_its_watches_own_time_zone_and_changes_with_it(rig, watch):
    nights = (Window(frozenset(range(7)), 22 * 60, 6 * 60),)
    r = rig(schedule=nights, timezone="Asia/Tokyo")  # it is 22:13 UTC, 07:13 there
    assert r.plan().phase is Phase.OFF_SCHEDULE
    assert r.sleep() == (22 * 60 - (7 * 60 + 13)) * 60 - 20
    assert r.plan().look is LookReason.INITIAL
    r.policy.change(watch(schedule=nights, timezone="Europe/Lisbon"), r.clock.now(), math.inf)
    assert r.plan().phase is Phase.OFF_SCHEDULE, "13:00 there"


def test_an_alert_that_could_not_be_committed_is_judged_again(rig):
    r = rig(mode=Mode.STANDING)
    r.see("p1")
    ask = r.begin()
    assert r.answer(ask, "met").alert
    r.policy.unsaved(r.clock.now(), ask, alert=True)
    assert r.sleep() == 2.0
    assert r.look("met")[1].alert


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_does_not_keep_a_job_from_confirming(rig, hours):
    r = rig(confirm=Confirm(2, 3))
    r.look("met", Scene(online=True, frame_time=r.clock.wall))
    same = Scene(online=True, frame_time=r.clock.wall)
    r.clock.advance(1)
    assert not r.plan(same).look, "that frame has been judged"
    r.clock.wall += hours * 3600.0
    assert r.plan(Scene(online=True, frame_time=r.clock.wall)).look is LookReason.CONFIRM


def test_it_expires_but_waits_for_the_answer_under_way(rig):
    r = rig(settings={"expires_at": 1000.0 + 10.0})
    ask = r.begin()
    r.clock.advance(30)
    assert not r.plan().expired
    assert r.answer(ask, "met").alert
    r = rig(settings={"expires_at": 1000.0 + 10.0})
    r.look("not_met")
    assert r.sleep() == 10.0
    assert r.plan().expired


def test_off_schedule_nothing_is_looked_at_and_the_opening_is(rig):
    r = rig(schedule=(Window(frozenset(range(7)), 0, 6 * 60),))  # the clock starts at 22:13 UTC
    assert r.plan().phase is Phase.OFF_SCHEDULE
    assert not r.see("p1")
    r.sleep()
    assert r.clock.wall % 86400 == 0
    assert r.look("not_met")[0] is LookReason.INITIAL


def test_a_restart_remembers_the_cooldown_and_the_budget(rig):
    r = rig(mode=Mode.STANDING, settings={"armed": True, "alerts": [900.0], "spent": [(900.0, 7)]})
    assert r.plan().phase is Phase.COOLDOWN
    assert r.sleep() == 500.0


def test_an_uncommitted_alert_without_an_edge_is_judged_again_at_once_too(rig):
    r = rig()
    ask = r.begin()
    assert r.answer(ask, "met").alert
    r.policy.unsaved(r.clock.now(), ask, alert=True)
    assert r.sleep() == 2.0
    assert r.plan().look


def test_bad_replies_about_other_frames_do_not_count_against_an_edge(rig):
    r = rig()
    r.policy.unreadable(r.clock.now(), r.begin())
    r.clock.advance(3)
    r.see("p1")
    r.policy.unreadable(r.clock.now(), r.begin())
    r.clock.advance(1.5)
    assert r.begin().edge.subject.id == "p1"


def test_an_arrival_while_it_cleared_is_not_judged_as_news_after_the_cooldown(rig):
    r = rig(mode=Mode.STANDING, cooldown=600.0)
    r.see("p1")
    r.look("met")
    r.clock.advance(5)
    r.see()
    ask = r.begin()
    r.clock.advance(2)
    r.see("p2")
    r.clock.advance(2)
    r.see()
    r.answer(ask, "not_met")
    while not r.plan().look:
        r.sleep()
    assert r.begin().edge is None


def test_an_edge_of_hours_ago_is_history(rig):
    r = rig()
    r.look("not_met")
    r.clock.advance(5)
    r.see("p1")
    for _ in range(200):
        ask = r.begin()
        if ask is None:
            r.sleep()
        elif ask.edge is None:
            break
        else:
            r.policy.unavailable(r.clock.now())
    assert ask.edge is None
    assert 3600.0 <= r.clock.monotonic - 1005.0 <= 3700.0


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_set_makes_no_edge_history(rig, hours):
    r = rig()
    r.look("not_met")
    r.clock.advance(0.5)
    r.see("p1")
    r.clock.wall += hours * 3600.0
    r.sleep()
    assert r.look("met")[1].alert


def test_what_was_cut_short_hours_before_a_restart_is_history(rig):
    r = rig()
    r.see("p1")
    edge = r.begin().edge
    r.clock.advance(2 * 3600.0)
    r = rig()
    r.clock.advance(2 * 3600.0)
    r.policy.ask_again(edge, r.clock.now())
    assert r.begin().edge is None


def test_departures_are_not_pushed_out_by_arrivals_while_it_waits_to_clear(rig):
    r = rig(mode=Mode.STANDING, cooldown=10.0)
    r.see("p1")
    r.look("met")
    r.clock.advance(2)
    r.see("p1", "p2")
    r.clock.advance(3)
    r.see()
    assert r.look("not_met")[0] is LookReason.TRIGGER
    r.clock.advance(20)
    r.see("p3")
    assert r.look("met")[1].alert


def test_an_arrival_just_before_the_expiry_is_still_looked_at(rig):
    r = rig(settings={"expires_at": 1000.0 + 10.0})
    r.look("not_met")
    r.clock.advance(9.8)
    r.see("p1")
    ask = r.begin()
    r.clock.advance(0.1)
    r.see("p1", "p2")
    r.clock.advance(5)
    r.answer(ask, "not_met")
    assert [o.id for o in r.begin().edge.objects] == ["p1", "p2"]


def test_a_pinned_frame_is_judged_even_while_blind_and_confirming(rig):
    r = rig(confirm=Confirm(2, 3))
    r.look("met")
    r.clock.advance(2)
    r.see("p1")
    assert r.plan(BLIND).look is LookReason.TRIGGER


@given(
    calls=st.lists(st.floats(0.05, 30.0), min_size=1, max_size=8),
    answers=st.lists(st.sampled_from(["not_met", "unsure"]), min_size=1, max_size=8),
    advice=st.lists(st.none() | st.floats(-10.0, 1000.0), min_size=1, max_size=8),
    arrival=st.floats(0.0, 400.0),
    stay=st.floats(0.3, 2.0),
)
def test_a_visitor_of_two_seconds_is_always_looked_at(rig, calls, answers, advice, arrival, stay):
    """Whatever the job is doing, whatever the model advises, however long it takes."""
    r = rig()
    start, now_at = r.clock.monotonic, lambda: r.clock.monotonic - start
    events = [(arrival, ("v",)), (arrival + stay, ())]
    under_way, turn, seen = None, 0, []
    while now_at() < 500.0 and not seen:
        upcoming = [events[0][0]] if events else []
        if under_way:
            upcoming.append(under_way[1])
        else:
            plan = r.plan()
            upcoming.append(now_at() if plan.look else plan.at - start)
        r.clock.advance(max(0.0, min(upcoming) - now_at()))
        while events and events[0][0] <= now_at() + 1e-9:
            r.see(*events.pop(0)[1])
        if under_way and under_way[1] <= now_at() + 1e-9:
            ask = under_way[0]
            r.answer(ask, answers[turn % len(answers)], next_run_in=advice[turn % len(advice)])
            seen += [o.id for o in ask.edge.objects] if ask.edge else []
            under_way, turn = None, turn + 1
        if not under_way and (ask := r.begin()):
            under_way = (ask, now_at() + calls[turn % len(calls)])
    assert seen == ["v"]
    assert now_at() - arrival <= 2 * max(calls) + 2.0


@given(st.lists(st.tuples(st.sampled_from(["met", "not_met", "unsure"]), st.floats(0.0, 700.0)), max_size=30))
def test_a_standing_job_never_alerts_twice_within_its_cooldown(rig, turns):
    r = rig(mode=Mode.STANDING, cooldown=600.0)
    alerts = []
    for n, (answer, pause) in enumerate(turns):
        r.see(f"p{n}")
        ask = r.begin()
        if ask and r.answer(ask, answer).alert:
            alerts.append(r.clock.monotonic)
        r.clock.advance(pause)
    assert all(later - earlier >= 600.0 for earlier, later in pairwise(alerts))


def test_with_nothing_to_wait_for_but_edges_the_plan_says_so(rig):
    assert rig().plan(BLIND).at == math.inf


def test_paused_nothing_is_looked_at_and_nothing_kept_until_it_is_resumed(rig):
    r = rig(settings={"expires_at": 1000.0 + 900.0})
    r.look("not_met")
    r.policy.pause()
    assert not r.see("p1")
    plan = r.plan()
    assert (plan.phase, plan.look, plan.at) == (None, None, 1900.0), "its time runs on"
    r.clock.advance(60)
    r.policy.resume()
    assert r.look("not_met")[0] is LookReason.SCHEDULED, "it looks soon"
    assert r.plan().phase is Phase.WATCHING


def test_an_answer_under_way_when_it_was_paused_is_not_awaited_any_more(rig):
    r = rig()
    ask = r.begin()
    r.policy.pause()
    assert not r.policy.awaits(ask)
    r.policy.resume()
    r.clock.advance(1)
    again = r.begin()
    assert r.policy.awaits(again)
    assert not r.policy.awaits(ask)


def test_a_snooze_ends_by_itself_and_someone_who_stayed_is_seen_then(rig):
    r = rig()
    r.look("not_met")
    r.policy.snooze(r.clock.monotonic + 120.0)
    assert not r.see("p1")
    assert r.plan(ACTIVE).phase is Phase.SNOOZED
    assert r.sleep(ACTIVE) == 120.0
    assert r.begin(ACTIVE) is not None


def test_a_requested_look_waits_for_no_interval_schedule_or_cooldown(rig):
    r = rig(mode=Mode.STANDING, schedule=(Window(frozenset(range(7)), 22 * 60, 23 * 60),))
    assert r.look("met")[1].alert
    r.clock.advance(0.1)
    assert r.policy.request(r.clock.now(), QUIET) is None
    assert r.look("not_met")[0] is LookReason.REQUESTED
    r.clock.advance(3600)
    assert r.plan().phase is Phase.OFF_SCHEDULE
    r.policy.request(r.clock.now(), QUIET)
    assert r.look("not_met")[0] is LookReason.REQUESTED
    assert r.plan().look is None, "one look, not more"


def test_a_requested_look_is_about_the_newest_frame_and_leaves_the_edges(rig):
    r = rig()
    r.look("not_met")
    r.see("p1")
    r.policy.request(r.clock.now(), QUIET)
    ask = r.begin()
    assert (ask.reason, ask.edge) == (LookReason.REQUESTED, None)
    r.answer(ask, "not_met")
    r.clock.advance(1)
    assert r.begin().edge.subject.id == "p1"


@pytest.mark.parametrize(
    "happened,scene,phase",
    [
        (lambda r, ask: r.answer(ask, "not_met"), BLIND, Phase.BLIND),
        (lambda r, ask: r.answer(ask, "not_met"), QUIET, Phase.BUDGET_SPENT),
        (lambda r, _: r.policy.unavailable(r.clock.now()), QUIET, Phase.MODEL_DOWN),
        (lambda r, _: r.policy.snooze(math.inf), QUIET, Phase.SNOOZED),
    ],
)
def test_a_requested_look_that_can_not_be_had_now_is_refused_with_what_is_in_the_way(
    rig, happened, scene, phase
):
    r = rig(limits=Limits(looks_per_hour=1))
    happened(r, r.begin())
    assert r.policy.request(r.clock.now(), scene) is phase
    r.clock.advance(3660)
    assert r.plan().look is not LookReason.REQUESTED


def test_a_reminder_comes_as_often_as_asked_for_while_it_lasts(rig):
    r = rig(mode=Mode.STANDING, cooldown=600.0, remind_every=400.0)
    assert r.look("met")[1].alert
    started, reminders = r.clock.monotonic, []
    while r.clock.monotonic < started + 1700.0:
        if r.look_until_due("met"):
            reminders.append(r.clock.monotonic - started)
    assert reminders == [400.0, 800.0, 1200.0, 1600.0]
    assert not r.look_until_due("not_met")
    cleared = r.clock.monotonic
    assert r.look_until_due("met")
    assert r.clock.monotonic - (started + 1600.0) >= 600.0 > cleared - (started + 1600.0)


def test_reminders_count_against_the_alerts_of_an_hour(rig):
    r = rig(mode=Mode.STANDING, cooldown=600.0, remind_every=60.0, settings={"metered": False})
    r.look("met")
    alerts = [r.clock.monotonic]
    while r.clock.monotonic < 1000.0 + 2 * 3600.0:
        if r.look_until_due("met"):
            alerts.append(r.clock.monotonic)
    assert alerts[:6] == [1000.0 + n * 60.0 for n in range(6)]
    assert alerts[6] == 1000.0 + 3600.0


def test_a_reminder_that_could_not_be_committed_leaves_it_unarmed(rig):
    r = rig(mode=Mode.STANDING, remind_every=400.0)
    r.look("met")
    r.clock.advance(400)
    ask = r.begin()
    assert r.answer(ask, "met").alert
    r.policy.unsaved(r.clock.now(), ask, alert=True)
    assert not r.policy.armed


def test_nobody_is_reminded_by_an_unsure_verdict(rig):
    r = rig(mode=Mode.STANDING, remind_every=60.0, confirm=Confirm(1, 3))
    r.look("met")
    for _ in range(5):
        assert not r.look_until_due("unsure")


def test_another_question_is_asked_soon_and_knows_no_earlier_answer(rig, watch):
    r = rig(mode=Mode.STANDING, confirm=Confirm(2, 2), cooldown=0.0)
    r.look("met")
    r.clock.advance(1)
    assert r.look("met")[1].alert
    r.clock.advance(40)
    assert not r.policy.armed
    changed = watch(mode=Mode.STANDING, condition="a car", confirm=Confirm(2, 2), cooldown=0.0)
    r.policy.change(changed, r.clock.now(), math.inf)
    assert r.policy.armed
    assert not r.look("met")[1].alert, "the first of two"


def test_the_answer_to_an_old_question_is_not_awaited_and_that_to_the_same_one_is(rig, watch):
    r = rig()
    ask = r.begin()
    r.policy.change(watch(cooldown=1.0), r.clock.now(), math.inf)
    assert r.policy.awaits(ask)
    r.policy.change(watch(condition="a car"), r.clock.now(), math.inf)
    assert not r.policy.awaits(ask)


def test_changed_limits_count_what_was_done_before_them(rig, watch):
    r = rig(limits=Limits(looks_per_hour=10))
    for n in range(4):
        r.see(f"p{n}")
        r.look("not_met")
        r.clock.advance(10)
    r.policy.change(watch(limits=Limits(looks_per_hour=4)), r.clock.now(), math.inf)
    r.see("p9")
    assert r.plan().phase is Phase.BUDGET_SPENT
    r.policy.change(watch(limits=Limits(looks_per_hour=5)), r.clock.now(), math.inf)
    assert r.look("not_met")[0] is LookReason.TRIGGER


def test_a_changed_heartbeat_counts_from_now_on(rig, watch):
    r = rig()
    r.look("not_met")
    r.policy.change(watch(limits=Limits(max_interval=20.0)), r.clock.now(), math.inf)
    assert r.sleep() == 20.0


def test_what_does_not_concern_a_changed_watch_is_forgotten(rig, watch):
    r = rig()
    r.look("not_met")
    r.see("p1")
    r.policy.change(watch(labels=("car",)), r.clock.now(), math.inf)
    r.clock.advance(1)
    assert r.begin().edge is None


def test_a_restart_of_a_snoozed_job_lets_it_sleep_on(rig):
    r = rig(settings={"snoozed_until": 1000.0 + 50.0})
    assert r.plan().phase is Phase.SNOOZED
    assert r.sleep() == 50.0
    assert r.look("not_met")[0] is LookReason.INITIAL


def test_met_once_while_it_cooled_down_does_not_alert_when_the_next_look_is_unsure(rig):
    r = rig(mode=Mode.STANDING, cooldown=600.0, confirm=Confirm(1, 3))
    r.look("met")
    r.look_until_due("not_met")
    r.policy.request(r.clock.now(), QUIET)
    assert not r.look("met")[1].alert
    r.clock.advance(601)
    assert not r.look("unsure")[1].alert


def test_what_was_being_looked_at_when_it_was_paused_is_not_looked_at_after_a_restart(rig):
    r = rig()
    r.see("p1")
    edge = r.begin().edge
    r = rig(settings={"paused": True})
    r.policy.ask_again(edge, r.clock.now())
    r.policy.resume()
    assert r.begin().edge is None


def test_when_the_next_look_is_due_is_known(rig):
    r = rig(limits=Limits(max_interval=30.0))
    r.look("not_met")
    assert r.plan().due == r.clock.monotonic + 30.0
    r.policy.pause()
    assert r.plan().due == math.inf


def test_a_look_that_would_come_after_the_end_is_not_due(rig):
    r = rig(limits=Limits(max_interval=300.0), settings={"expires_at": ManualClock().monotonic + 5.0})
    r.look("not_met")
    assert r.plan().due == math.inf
