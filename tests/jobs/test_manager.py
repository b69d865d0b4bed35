"""Jobs as their users meet them: a real store, real threads, a judge and frames that the test holds."""

import logging
import threading
from concurrent.futures import Future
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.look import AlertKind, Feedback, LookState
from frigate_ext.domain.verdict import Answer
from frigate_ext.domain.watch import Confirm, JobState, Mode, Origin, Phase, WhenSpent
from frigate_ext.errors import (
    BadReplyError,
    ConflictError,
    JudgeUnavailableError,
    NotFoundError,
    StoreError,
)
from frigate_ext.runtime.health import PartHealth, PartState
from genai.judge import BUDGET_SPENT
from jobs import herald, manager, troubles
from jobs.policy import Policy
from tests.jobs.house import PATIENCE, FakeJudge


def test_an_arrival_becomes_an_alert_with_the_picture_that_was_judged(house, watch, person, says):
    h = house()
    h.see()
    job = h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: any(j.looks == 1 for j in heard.jobs))
    arrived = h.see(person())
    h.see(person())
    question = h.judge.asked()
    assert question.frame_time == arrived
    assert [image.jpeg for image in question.images] == [b"jpeg 1/2"]
    h.judge.say(says("met", message="Somebody is here"))
    h.heard.wait_for_state(JobState.MET)
    (alert,) = h.store.alerts.list(job_id=job.id).items
    assert (alert.message, alert.judged_by, alert.frame_time) == ("Somebody is here", "fake", arrived)
    assert h.store.alerts.evidence(alert.id, 0) == b"jpeg 1/2"
    assert h.store.deliveries.pending() == 1
    assert [look.reason.value for look in h.store.looks.of_job(job.id).items] == ["trigger", "initial"]
    assert h.jobs.get(job.id).alerts == 1
    assert h.heard.alerts == [alert]


def test_looks_are_told_when_they_are_committed_with_a_verdict_or_without(house, watch, person, says):
    h = house()
    h.see()
    job = h.jobs.start_job(watch(condition="a person waves"), Origin.API)
    h.judge.asked()
    h.judge.say(BadReplyError("prose"))
    h.heard.wait_for(lambda heard: heard.looks)
    h.see(person())
    h.judge.asked()
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: len(heard.looks) == 2)
    failed, done = h.heard.looks
    assert (failed.state, failed.error) == (LookState.FAILED, "prose")
    assert (done.state, done.verdict.answer.value) == (LookState.DONE, "not_met")
    assert h.store.looks.of_job(job.id).items == (done, failed)


def test_a_look_is_told_the_time_where_the_watch_is_or_else_where_its_owner_is(house, watch):
    h = house()
    h.see()
    h.jobs.keep_time_of(ZoneInfo("Asia/Tokyo"))
    for timezone, read in (("", "Asia/Tokyo"), ("America/Lima", "America/Lima")):
        h.jobs.start_job(watch(name=read, timezone=timezone), Origin.API)
        assert h.judge.asked().timezone == ZoneInfo(read)


def test_a_cancel_during_a_call_alerts_nobody(house, watch, person, says):
    h = house()
    h.see(person())
    job = h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    assert h.jobs.stop_job(job.id).state is JobState.CANCELLED
    h.judge.say(says("met"))
    again = h.jobs.start_job(watch(name="second"), Origin.API)
    h.judge.asked()
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: any(j.id == again.id and j.looks == 1 for j in heard.jobs))
    assert not h.store.alerts.list(job_id=job.id).items
    assert h.jobs.get(job.id).state is JobState.CANCELLED
    assert h.store.looks.of_job(job.id).items[0].state is LookState.ABANDONED


def test_what_has_ended_can_be_deleted_and_not_stopped_again(house, watch):
    h = house()
    job = h.jobs.start_job(watch(), Origin.API)
    with pytest.raises(ConflictError, match="stop it first"):
        h.jobs.delete_job(job.id)
    h.jobs.stop_job(job.id)
    with pytest.raises(ConflictError) as caught:
        h.jobs.stop_job(job.id)
    assert caught.value.code == "job_final"
    h.jobs.delete_job(job.id)
    with pytest.raises(NotFoundError):
        h.jobs.get(job.id)
    assert [j.id for j in h.heard.deleted] == [job.id]


def test_a_job_that_is_never_met_expires(house, watch):
    h = house()
    h.jobs.start_job(watch(duration=0.2), Origin.API)
    h.heard.wait_for_state(JobState.EXPIRED)
    assert h.heard.jobs[-1].error is None, "running out of time is not a failure"


def test_a_silent_camera_makes_the_job_blind_and_a_frame_makes_it_see(house, watch):
    h = house()
    h.jobs.start_job(watch(), Origin.API)
    h.heard.wait_for_phase(Phase.BLIND)
    assert "nothing heard" in h.heard.jobs[-1].error
    h.see()
    h.judge.asked()


def test_people_are_told_once_that_a_camera_is_away_and_once_that_it_is_back(house, watch, monkeypatch):
    monkeypatch.setattr(troubles, "GRACE", 0.0)
    h = house()
    h.see(state=CameraState.OFFLINE, frame_time=None, detail="connection refused")
    jobs = [h.jobs.start_job(watch(name=f"w{n}"), Origin.API) for n in range(2)]
    h.heard.wait_for(lambda heard: heard.alerts)
    (alert,) = h.store.alerts.list().items
    assert (alert.kind, alert.job_id, alert.reasoning) == (AlertKind.BLIND, jobs[0].id, "connection refused")
    assert [h.jobs.get(job.id).phase for job in jobs] == [Phase.BLIND] * 2, "each of them shows it"
    assert h.jobs.get(jobs[0].id).alerts == 0
    h.see()
    for _ in jobs:
        h.judge.asked()
        h.judge.say(BadReplyError("a poem"))
    h.heard.wait_for(lambda heard: len(heard.alerts) == 2)
    assert h.store.alerts.list().items[0].kind is AlertKind.RECOVERED


def test_people_are_told_of_a_camera_that_never_comes_too(house, watch, monkeypatch):
    monkeypatch.setattr(troubles, "GRACE", 0.0)
    monkeypatch.setattr(herald, "STARTING", 0.0)
    h = house()
    h.jobs.start_job(watch(), Origin.API)
    h.heard.wait_for(lambda heard: heard.alerts)
    (alert,) = h.store.alerts.list().items
    assert (alert.kind, alert.reasoning) == (AlertKind.BLIND, "nothing heard from the camera yet")


def test_a_model_that_is_away_is_shown_and_asked_again(house, watch, says):
    h = house()
    h.see()
    h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.judge.say(JudgeUnavailableError("connection refused", kind="refused"))
    h.heard.wait_for_phase(Phase.MODEL_DOWN)
    assert h.heard.jobs[-1].error == "connection refused"
    h.see()
    h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    assert h.heard.jobs[-1].error is None


def test_a_spent_budget_shows_as_such_and_not_as_a_model_that_is_away(house, watch):
    h = house()
    h.see()
    h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.judge.say(JudgeUnavailableError("60 looks this hour are spent", kind=BUDGET_SPENT, retry_after=600.0))
    h.heard.wait_for_phase(Phase.BUDGET_SPENT)
    assert h.heard.jobs[-1].error == "the budget of fake is spent; the detector judges meanwhile"
    h.heard.wait_for(lambda heard: heard.jobs[-1].last_verdict)
    assert h.heard.jobs[-1].last_verdict.judged_by == "detector"


def test_a_reply_that_says_nothing_does_not_end_the_job(house, watch, person, says):
    h = house()
    h.see(person())
    h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    poem = BadReplyError("a poem")
    poem.provider, poem.prompt, poem.reply = "fake", "Is she there?", "She walks in beauty"
    poem.model, poem.paid = "fake-1", (("fake", 7),)
    h.judge.say(poem)
    h.heard.wait_for(lambda heard: heard.jobs[-1].error == "a poem")
    h.see(person(), person("p2"))
    h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    failed = h.store.looks.of_job(h.heard.jobs[-1].id).items[-1]
    assert (failed.provider, failed.prompt, failed.reply) == ("fake", poem.prompt, poem.reply)
    assert (failed.model, failed.tokens) == ("fake-1", 7)
    assert failed.latency > 0


def test_a_lost_frame_is_replaced_and_no_judge_is_asked_for_it(house, watch, says):
    h = house()
    h.frames.gone = True
    h.see()
    h.jobs.start_job(watch(), Origin.API)
    h.heard.wait_for(lambda heard: heard.jobs and heard.jobs[-1].error == "the frame is gone")
    assert h.judge.questions.empty()
    h.frames.gone = False
    h.see()
    h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)


def test_a_judge_that_wants_no_picture_causes_none_until_there_is_an_alert_but_has_its_camera_watched_closely(
    house, watch, person, says
):
    h = house(judge=FakeJudge(wants_images=False))
    h.see()
    h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    assert h.frames.attended == []
    h.judge.say(says("not_met"))
    h.see(person())
    assert h.judge.asked().images == ()
    assert h.frames.requests == []
    assert h.frames.attended == ["door"]
    h.judge.say(says("met"))
    h.heard.wait_for(lambda heard: heard.alerts)
    (alert,) = h.store.alerts.list().items
    assert h.store.alerts.evidence(alert.id, 0) == b"jpeg 1/2"


def test_jobs_of_one_camera_share_one_fetch_of_a_frame(house, watch, person, says):
    h = house()
    h.see()
    for n in range(2):
        h.jobs.start_job(watch(name=f"w{n}"), Origin.API)
        h.judge.asked()
        h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: sum(j.looks == 1 for j in heard.jobs) >= 2)
    h.see(person())
    for _ in range(2):
        h.judge.asked()
        h.judge.say(says("not_met"))
    assert [key.seq for key in h.frames.requests] == [1, 2]


def test_a_full_disk_loses_no_alert(house, watch, person, says, monkeypatch):
    h = house()
    h.see(person())
    job = h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    commit = h.store.alerts.commit
    failures = [StoreError("the disk is full")]

    def full_once(*args):
        if failures:
            raise failures.pop()
        commit(*args)

    monkeypatch.setattr(h.store.alerts, "commit", full_once)
    h.judge.say(says("met"))
    h.heard.wait_for_phase(Phase.FAILING)
    assert h.jobs.get(job.id).error == "the disk is full"
    assert h.jobs.get(job.id).state is JobState.RUNNING
    h.see(person())
    h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    assert len(h.store.alerts.list(job_id=job.id).items) == 1


def test_a_verdict_that_cannot_be_saved_is_shown_and_the_frame_judged_again(
    house, watch, person, says, monkeypatch
):
    h = house()
    h.jobs.start_job(watch(), Origin.API)
    h.see(person())
    h.judge.asked()
    monkeypatch.setattr(h.store.looks, "finish", failing_once(h.store.looks.finish, StoreError("full")))
    h.judge.say(says("not_met"))
    h.heard.wait_for_phase(Phase.FAILING)
    assert h.heard.jobs[-1].error == "full"
    assert h.jobs.health() == PartHealth(PartState.DEGRADED, "1 of 1 jobs fail: full")
    assert h.judge.asked().images
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: heard.jobs[-1].last_verdict)
    assert h.heard.jobs[-1].error is None


@pytest.mark.parametrize(
    "kind,looks,told",
    [
        ("budget", 1, ("budget_spent", "The budget of fake is spent: w.")),
        ("timeout", 2, ("model_down", "The model fake does not answer; others judge meanwhile: w.")),
    ],
)
def test_people_are_told_once_that_others_judge(house, watch, person, says, monkeypatch, kind, looks, told):
    monkeypatch.setattr(troubles, "GRACE", 0.0)
    h = house()
    job = h.jobs.start_job(watch(mode=Mode.STANDING, duration=None), Origin.API)
    h.see(person())
    h.judge.instead = JudgeUnavailableError("fake: why", kind=kind)
    for n in range(looks + 1):
        h.judge.asked()
        h.judge.say(says("not_met", judged_by="detector"))
        h.heard.wait_for(lambda heard, n=n: heard.jobs[-1].looks == n + 1)
        assert h.jobs.get(job.id).error == "fake: why; detector judges meanwhile"
        h.heard.wait_for(lambda heard, n=n: len(heard.alerts) == int(n + 1 >= looks))
        h.jobs.request_look(job.id)
    (alert,) = h.store.alerts.list().items
    assert (alert.kind.value, alert.message) == told
    h.judge.asked()
    h.judge.instead = None
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: heard.jobs[-1].error is None)
    if kind == "timeout":
        h.heard.wait_for(lambda heard: len(heard.alerts) == 2)
        assert h.store.alerts.list().items[0].message == "The model fake answers again; watching again: w."


def test_a_job_survives_a_restart_with_the_time_that_is_left(house, watch, says):
    h = house()
    h.see()
    job = h.jobs.start_job(watch(duration=1000.0, mode=Mode.STANDING), Origin.API)
    h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for(lambda heard: heard.alerts)
    h.close()
    h.open()
    resumed = h.jobs.get(job.id)
    assert (resumed.state, resumed.expires_at) == (JobState.RUNNING, job.expires_at)
    assert (resumed.alerts, resumed.armed) == (1, False)
    h.see()
    h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for_phase(Phase.COOLDOWN)
    assert h.jobs.get(job.id).alerts == 1


def test_a_look_that_is_cut_off_by_the_end_of_everything_is_abandoned_and_no_jobs_trouble(house, watch):
    h = house()
    h.see()
    job = h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.close()
    assert [told.error for told in h.heard.jobs if told.error] == []
    h.open()
    assert h.store.looks.of_job(job.id).items[-1].state is LookState.ABANDONED


def test_the_configuration_decides_by_name_and_never_twice(house, watch):
    h = house()
    first, second = watch(name="a", mode=Mode.STANDING), watch(name="b", mode=Mode.STANDING)
    h.jobs.reconcile([first, second])
    h.jobs.reconcile([first, second])
    running = {JobState.RUNNING}
    assert len(h.jobs.list_jobs(running, None, 10, None).items) == 2
    changed = watch(name="a", mode=Mode.STANDING, condition="a car")
    h.jobs.reconcile([changed])
    (job,) = h.jobs.list_jobs(running, None, 10, None).items
    assert job.watch == changed
    h.jobs.stop_job(job.id)
    h.jobs.reconcile([changed])
    assert not h.jobs.list_jobs(running, None, 10, None).items, "what the user stopped stays stopped"


def test_jobs_the_user_started_are_not_the_configurations_business(house, watch):
    h = house()
    h.jobs.start_job(watch(), Origin.API)
    h.jobs.reconcile([])
    assert len(h.jobs.list_jobs({JobState.RUNNING}, None, 10, None).items) == 1


def failing_once(call, error):
    """`call`, but the first time it raises."""
    errors = [error]

    def wrapped(*args, **kwargs):
        if errors:
            raise errors.pop()
        return call(*args, **kwargs)

    return wrapped


def test_a_job_that_cannot_be_planned_says_so_and_keeps_no_other_from_going_on(
    house, watch, person, says, monkeypatch
):
    h = house()
    h.see()
    plan = Policy.plan

    def broken(policy, now, scene):
        if policy._watch.name == "broken":
            raise ZeroDivisionError
        return plan(policy, now, scene)

    monkeypatch.setattr(Policy, "plan", broken)
    bad = h.jobs.start_job(watch(name="broken"), Origin.API)
    h.jobs.start_job(watch(name="good"), Origin.API)
    assert h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    assert h.jobs.get(bad.id).phase is Phase.FAILING
    assert h.jobs.get(bad.id).error == "it can't be planned: ZeroDivisionError"
    monkeypatch.setattr(Policy, "plan", plan)
    assert h.judge.asked()
    h.judge.say(says("met"))


def test_a_bug_in_a_judge_costs_one_look_and_no_thread(house, watch, says):
    h = house()
    h.see()
    for n in range(3):
        h.jobs.start_job(watch(name=f"w{n}"), Origin.API)
    for _ in range(3):
        h.judge.asked()
        h.judge.say(RuntimeError("a bug"))
    h.heard.wait_for(lambda heard: sum(j.error == "a look failed: RuntimeError" for j in heard.jobs) >= 3)
    h.see()
    for _ in range(3):
        h.judge.asked()
        h.judge.say(says("met"))
    h.heard.wait_for(lambda heard: sum(j.state is JobState.MET for j in heard.jobs) == 3)
    assert h.jobs.health().state is PartState.OK


def test_an_end_that_can_not_be_saved_is_tried_again(house, watch, says, monkeypatch):
    h = house()
    h.see()
    job = h.jobs.start_job(watch(duration=0.5), Origin.API)
    h.judge.asked()
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: any(j.looks == 1 for j in heard.jobs))
    monkeypatch.setattr(h.store.jobs, "save", failing_once(h.store.jobs.save, StoreError("full")))
    h.heard.wait_for_state(JobState.EXPIRED)
    assert h.store.jobs.get(job.id).state is JobState.EXPIRED


def test_a_stop_that_can_not_be_saved_has_not_happened(house, watch, monkeypatch):
    h = house()
    job = h.jobs.start_job(watch(), Origin.API)
    monkeypatch.setattr(h.store.jobs, "save", failing_once(h.store.jobs.save, StoreError("full")))
    with pytest.raises(StoreError):
        h.jobs.stop_job(job.id)
    assert h.jobs.get(job.id).state is JobState.RUNNING
    assert h.jobs.stop_job(job.id).state is JobState.CANCELLED


def test_nobody_sees_a_job_met_before_its_alert_is_committed(house, watch, person, says, monkeypatch):
    h = house()
    h.see(person())
    job = h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    commit, seen = h.store.alerts.commit, []

    def peeking(*args):
        seen.append((h.jobs.get(job.id).state, h.jobs.get(job.id).alerts))
        with pytest.raises(ConflictError):
            h.jobs.delete_job(job.id)
        commit(*args)

    monkeypatch.setattr(h.store.alerts, "commit", peeking)
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    assert seen == [(JobState.RUNNING, 0)]


def test_a_late_picture_holds_up_no_message_of_the_bus(house, watch, person, says, monkeypatch):
    h = house(judge=FakeJudge(wants_images=False))
    h.see(person())
    h.jobs.start_job(watch(), Origin.API)
    picture, asked = Future(), threading.Event()

    def late(*_args, **_kwargs):
        asked.set()
        return picture

    monkeypatch.setattr(h.frames, "ask", late)
    h.judge.asked()
    h.judge.say(says("met"))
    assert asked.wait(PATIENCE)
    h.see(person(), person("p2"))
    assert not picture.done(), "the message went through while the picture was still awaited"
    h.heard.wait_for_state(JobState.MET)


def test_evidence_is_the_picture_in_hand_whatever_the_cache_has_forgotten(house, watch, person, says):
    h = house()
    h.see(person())
    h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.frames.gone = True
    for n in range(600):
        h.see(person(f"other{n}"))
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    (alert,) = h.store.alerts.list().items
    assert h.store.alerts.evidence(alert.id, 0) == b"jpeg 1/1"


def test_stopping_and_deleting_during_a_call_is_no_error(house, watch, person, says, caplog):
    h = house()
    h.see(person())
    job = h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.jobs.stop_job(job.id)
    h.jobs.delete_job(job.id)
    h.judge.say(says("met"))
    h.jobs.start_job(watch(name="next"), Origin.API)
    h.judge.asked()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not h.store.alerts.list().items


def test_two_looks_confirm_only_on_two_frames(house, watch, person, says):
    h = house()
    h.see(person())
    h.jobs.start_job(watch(confirm=Confirm(2, 2)), Origin.API)
    first = h.judge.asked().frame_time
    h.judge.say(says("met"))
    h.heard.wait_for(lambda heard: any(j.looks == 1 for j in heard.jobs))
    second = h.see(person())
    assert (h.judge.asked().frame_time, first < second) == (second, True)
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)


def test_an_entry_that_was_removed_and_put_back_watches_again(house, watch):
    h = house()
    entry = watch(name="a", mode=Mode.STANDING, duration=None)
    for entries in ([entry], [], [entry]):
        h.jobs.reconcile(entries)
    assert len(h.jobs.list_jobs({JobState.RUNNING}, None, 10, None).items) == 1


def test_a_full_house_starts_what_it_can_and_says_what_it_can_not(house, watch, monkeypatch, caplog):
    monkeypatch.setattr(manager, "MAX_RUNNING", 2)
    h = house()
    h.jobs.reconcile([watch(name=f"w{n}") for n in range(3)])
    assert len(h.jobs.list_jobs({JobState.RUNNING}, None, 10, None).items) == 2
    assert "watch w2 was not started" in caplog.text


def test_an_arrival_moves_a_waiting_job_up(house, watch, person, says):
    h = house()
    h.see()
    held = [h.jobs.start_job(watch(name=f"held{n}"), Origin.API) for n in range(2)]
    for _ in held:
        h.judge.asked()
    waiting = [
        h.jobs.start_job(watch(name=f"w{n}", labels=labels), Origin.API)
        for n, labels in enumerate([("car",), ("person",)])
    ]
    h.heard.wait_for(lambda heard: {j.id for j in heard.jobs} >= {j.id for j in waiting})
    arrived = h.see(person())
    h.jobs.start_job(watch(name="last", labels=("car",)), Origin.API)
    h.judge.say(says("not_met"))
    assert h.judge.asked().frame_time == arrived
    for _ in range(6):
        h.judge.say(says("not_met"))


def test_a_look_that_the_program_did_not_live_to_see_answered_is_asked_again_with_its_picture(
    house, watch, person, says
):
    h = house()
    h.see()
    job = h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: any(j.looks == 1 for j in heard.jobs))
    arrived = h.see(person())
    before = h.judge.asked()
    h.close()
    h.frames.gone = True
    h.open()
    again = h.judge.asked()
    assert (again.frame_time, again.images, again.objects) == (arrived, before.images, before.objects)
    assert again.images[0].jpeg == b"jpeg 1/2"
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    (alert,) = h.store.alerts.list(job_id=job.id).items
    assert (alert.frame_time, h.store.alerts.evidence(alert.id, 0)) == (arrived, b"jpeg 1/2")


def test_what_has_been_decided_is_not_asked_again_after_a_restart(house, watch, person, says):
    h = house()
    h.see(person())
    job = h.jobs.start_job(watch(condition="a person waves"), Origin.API)
    for _ in range(2):
        h.judge.asked()
        h.judge.say(says("not_met"))
        h.see(person(), person("p2"))
    h.heard.wait_for(lambda heard: any(j.looks == 2 for j in heard.jobs))
    assert h.store.looks.unanswered(job.id) is None
    h.close()
    h.open()
    h.heard.wait_for_phase(Phase.BLIND)
    assert h.judge.questions.empty()


def test_looks_tell_what_was_shown_and_said(house, watch, person, says):
    h = house()
    h.see()
    job = h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: any(j.looks == 1 for j in heard.jobs))
    h.see(person())
    h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    look = h.store.looks.of_job(job.id).items[0]
    assert [(seen.id, seen.label, seen.box) for seen in look.objects] == [("p1", "person", person().box)]
    assert (look.provider, look.model, look.pictures) == ("fake", "fake-1", 1)
    assert h.store.looks.picture(look.id, 0) == b"jpeg 1/2"
    assert h.store.alerts.list(job_id=job.id).items[0].look_id == look.id


def test_a_judge_is_told_what_the_owner_said_of_wrong_alerts(house, watch, person, says):
    h = house()
    h.see()
    job = h.jobs.start_job(watch(), Origin.API)
    assert h.judge.asked().notes == ()
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: any(j.looks == 1 for j in heard.jobs))
    news = troubles.News(troubles.Cause(AlertKind.BLIND, "door"), (job.id,))
    wrong = troubles.alert_about(news, [h.jobs.get(job.id)], "a1", 0.0)
    h.store.alerts.commit(wrong, (), h.jobs.get(job.id), None, ())
    h.store.alerts.judge("a1", Feedback.WRONG, "that was the cat")
    h.see(person())
    assert h.judge.asked().notes == ("that was the cat",)


def test_a_judge_is_told_what_the_last_looks_have_said_after_a_restart_too(house, watch, person, says):
    h = house()
    h.see()
    h.jobs.start_job(watch(mode=Mode.STANDING), Origin.API)
    assert h.judge.asked().history == ()
    h.judge.say(says("not_met", confidence=0.7))
    h.heard.wait_for(lambda heard: any(j.looks == 1 for j in heard.jobs))
    h.see(person())
    (before,) = h.judge.asked().history
    h.close()
    h.open()
    h.see(person("p2"))
    assert h.judge.asked().history == (before,)
    assert (before.answer, before.confidence) == (Answer.NOT_MET, 0.7)


def test_another_judge_is_asked_at_once_by_who_waited_for_the_last_one(house, watch, person):
    h = house()
    h.see(person())
    h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.judge.say(JudgeUnavailableError("away", kind="refused", retry_after=600.0))
    h.heard.wait_for_phase(Phase.MODEL_DOWN)
    h.jobs.judge_changed(3, WhenSpent.HOLD)
    h.judge.asked()
    assert h.jobs.health().state is PartState.OK
    h.jobs.judge_changed(1, WhenSpent.HOLD)
    assert h.jobs.health().state is PartState.OK


def test_jobs_that_nothing_can_wake_any_more_end_when_the_cameras_are_other_ones(house, watch):
    h = house()
    h.see()
    stays = h.jobs.start_job(watch(zones=()), Origin.API)
    gone = h.jobs.start_job(watch(zones=("porch",)), Origin.API)
    h.cameras["door"] = replace(h.cameras["door"], zones=())
    h.jobs.review()
    assert (h.jobs.get(gone.id).state, h.jobs.get(gone.id).error) == (
        JobState.FAILED,
        "door has no zone porch any more",
    )
    del h.cameras["door"]
    h.see()  # of a camera that nobody knows any more
    h.jobs.review()
    assert h.jobs.get(stays.id).error == "door is not configured any more"
