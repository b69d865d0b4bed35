"""Fast alerts: told unverified when something triggers a watch, verified or withdrawn by the verdict."""

from dataclasses import replace

import pytest

from frigate_ext.domain.look import AlertStatus
from frigate_ext.domain.watch import JobState, Limits, Mode, Origin
from frigate_ext.errors import JudgeUnavailableError, NotFoundError
from frigate_ext.runtime.clock import ManualClock
from jobs.alarm import Alarm

UNVERIFIED, VERIFIED, WITHDRAWN = AlertStatus


@pytest.fixture
def fast(watch):
    return lambda **changes: watch(condition="somebody waves", fast_alert=True, **changes)


def told(h):
    """Newest first."""
    return h.store.alerts.list().items


def arrive(h, watch, person, **start):
    """A visitor who has been told of, and whom the judge is being asked about."""
    job = h.jobs.start_job(watch, Origin.API)
    h.see(person(), **start)
    h.heard.wait_for(lambda heard: heard.alerts)
    h.judge.asked()
    return job


def test_an_arrival_is_told_with_its_own_picture_before_anybody_has_judged_it(house, fast, person, says):
    h = house()
    job = arrive(h, fast(), person)
    (alert,) = told(h)
    assert (alert.status, alert.job_id, alert.judged_by) == (UNVERIFIED, job.id, None)
    assert h.store.alerts.evidence(alert.id, 0) == b"jpeg 1/1"
    assert h.jobs.get(job.id).alerts == 0
    assert h.store.deliveries.pending() == 1


def test_a_verdict_verifies_it_in_place(house, fast, person, says):
    h = house()
    job = arrive(h, fast(), person)
    (before,) = told(h)
    h.judge.say(says("met", reasoning="She waves."))
    h.heard.wait_for_state(JobState.MET)
    (after,) = told(h)
    assert (after.id, after.status, after.reasoning) == (before.id, VERIFIED, "She waves.")
    assert h.store.alerts.evidence(after.id, 0) == b"jpeg 1/1"
    assert h.jobs.get(job.id).alerts == 1


def test_a_verdict_withdraws_it(house, fast, person, says):
    h = house()
    job = arrive(h, fast(), person)
    (before,) = told(h)
    h.judge.say(says("not_met", reasoning="He only walks by."))
    h.heard.wait_for(lambda heard: len(heard.alerts) == 2)
    (after,) = told(h)
    assert (after.id, after.status, after.reasoning) == (before.id, WITHDRAWN, "He only walks by.")
    assert h.jobs.get(job.id).alerts == 0


def test_what_nobody_is_sure_of_stays_unverified(house, fast, person, says):
    h = house()
    arrive(h, fast(), person)
    h.judge.say(says("unsure"))
    h.heard.wait_for(lambda heard: heard.jobs[-1].last_verdict)
    assert [alert.status for alert in told(h)] == [UNVERIFIED]


def test_while_one_is_open_no_other_is_told(house, fast, person, says):
    h = house()
    arrive(h, fast(), person)
    for number in range(2, 6):
        h.see(person(), person(f"p{number}"))
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: len(heard.alerts) == 2)
    assert [alert.status for alert in told(h)] == [WITHDRAWN]


@pytest.mark.parametrize("act", ["stop_job", "pause_job"])
def test_a_watch_that_goes_on_no_longer_withdraws_it(house, fast, person, says, act):
    h = house()
    job = arrive(h, fast(), person)
    getattr(h.jobs, act)(job.id)
    assert [alert.status for alert in told(h)] == [WITHDRAWN]
    assert len(h.heard.alerts) == 2


def test_another_question_withdraws_it(house, fast, person, says):
    h = house()
    job = arrive(h, fast(), person)
    h.jobs.change_job(job.id, lambda watch: replace(watch, condition="somebody dances"))
    assert [alert.status for alert in told(h)] == [WITHDRAWN]


def test_a_look_that_fails_leaves_it_and_the_next_one_settles_it(house, fast, person, says):
    h = house()
    arrive(h, fast(), person)
    h.judge.say(JudgeUnavailableError("away", kind="refused"))
    h.judge.asked()
    assert [alert.status for alert in told(h)] == [UNVERIFIED]
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    assert [alert.status for alert in told(h)] == [VERIFIED]


def test_after_a_crash_the_look_that_is_asked_again_settles_it(house, fast, person, says):
    h = house()
    arrive(h, fast(), person)
    (before,) = told(h)
    h.close()
    h.open()
    h.judge.asked()
    assert told(h) == (before,)
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    assert [(alert.id, alert.status) for alert in told(h)] == [(before.id, VERIFIED)]


def test_only_those_who_ask_for_it_are_told_early(house, watch, person, says):
    h = house()
    h.jobs.start_job(watch(condition="somebody waves"), Origin.API)
    h.see(person())
    h.judge.asked()
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: heard.jobs[-1].last_verdict)
    assert told(h) == ()


def test_a_change_is_told_even_where_the_first_telling_is_confirmed_after_it(house, fast, person, says):
    """The outbox has read the unverified alert; the verdict comes while the broker confirms that one."""
    h = house()
    arrive(h, fast(), person)
    (delivery,) = h.store.deliveries.due(2e9, 10)
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    h.store.deliveries.delivered(delivery, 1.0)
    (again,) = h.store.deliveries.due(2e9, 10)
    assert (again.alert_id, again.revision) == (delivery.alert_id, 1)
    h.store.deliveries.delivered(again, 2.0)
    assert h.store.deliveries.pending() == 0


def test_what_its_owner_deletes_meanwhile_is_told_anew_if_it_is_verified(house, fast, person, says):
    h = house()
    arrive(h, fast(), person)
    (before,) = told(h)
    h.store.alerts.delete(before.id)
    with pytest.raises(NotFoundError):
        h.store.alerts.get(before.id)
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    assert [alert.status for alert in told(h)] == [VERIFIED]


def test_withdrawn_ones_do_not_cool_the_watch_down_but_are_bounded(watch):
    clock = ManualClock()
    alarm = Alarm(watch(mode=Mode.STANDING, limits=Limits(alerts_per_hour=2)), armed=True, alerts=(), told=())
    for _ in range(2):
        assert alarm.may_tell(clock.monotonic)
        alarm.tell(clock.monotonic)
        clock.advance(60)
    assert not alarm.may_tell(clock.monotonic)
    assert alarm.next_alert() <= clock.monotonic
    clock.advance(3600)
    assert alarm.may_tell(clock.monotonic)
