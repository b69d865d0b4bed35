"""What users do to jobs that have not ended: change, pause, resume, snooze, ask for a look."""

import contextlib
import queue
import random
import threading
from dataclasses import replace

import pytest

from frigate_ext.domain.look import AlertKind, LookReason
from frigate_ext.domain.watch import JobState, Limits, Mode, Origin, Phase, WhenSpent
from frigate_ext.errors import (
    ConflictError,
    InvalidRequestError,
    JudgeUnavailableError,
    NotFoundError,
    StoreError,
)
from frigate_ext.runtime.health import PartHealth, PartState
from genai.judge import CALLED_OFF
from jobs import troubles
from tests.jobs.house import PATIENCE, FakeJudge


@pytest.fixture
def started(house, watch, says):
    """`started(**fields)`: a house with a job whose first look said no."""

    def build(**fields):
        h = house()
        h.see()
        job = h.jobs.start_job(watch(**fields), Origin.API)
        h.judge.asked()
        h.judge.say(says("not_met"))
        h.heard.wait_for(lambda heard: any(j.looks == 1 for j in heard.jobs))
        return h, job.id

    return build


def to(**fields):
    return lambda watch: replace(watch, **fields)


def test_a_changed_job_asks_the_new_question_and_keeps_its_history(started, says):
    h, job = started()
    changed = h.jobs.change_job(job, to(condition="a dog"))
    assert (changed.id, changed.looks, changed.last_verdict) == (job, 1, None)
    question = h.judge.asked()
    assert (question.condition, question.history) == ("a dog", ())
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    assert h.store.alerts.list().items[0].condition == "a dog"


def test_the_answer_to_the_old_question_alerts_nobody(started, person, says):
    h, job = started()
    h.see(person())
    h.judge.asked()
    h.jobs.change_job(job, to(condition="a dog"))
    assert h.judge.asked().condition == "a dog"
    for _ in range(2):
        h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    (alert,) = h.store.alerts.list().items
    assert alert.condition == "a dog"


def test_changed_limits_leave_the_look_under_way_alone(started, person, says):
    h, job = started()
    h.see(person())
    h.judge.asked()
    h.jobs.change_job(job, to(limits=Limits(max_interval=10.0)))
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)


def test_a_changed_watch_outlives_a_restart(started):
    h, job = started()
    h.jobs.change_job(job, to(condition="a dog", duration=7200.0))
    h.close()
    h.open()
    resumed = h.jobs.get(job)
    assert resumed.watch.condition == "a dog"
    assert resumed.expires_at == resumed.started_at + 7200.0


def test_a_time_that_is_over_already_is_refused(started):
    h, job = started()
    with pytest.raises(InvalidRequestError) as caught:
        h.jobs.change_job(job, to(duration=0.001))
    assert caught.value.code == "bad_duration"
    assert h.jobs.get(job).state is JobState.RUNNING


def test_changes_at_the_same_time_are_all_kept(started):
    h, job = started()

    def add(label):
        for _ in range(5):
            h.jobs.change_job(job, lambda watch: replace(watch, labels=(*watch.labels, label)))

    threads = [threading.Thread(target=add, args=(label,)) for label in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(h.jobs.get(job).watch.labels) == 20
    assert h.store.jobs.get(job).watch == h.jobs.get(job).watch


def test_a_paused_job_keeps_quiet_until_it_is_resumed(started, person):
    h, job = started()
    paused = h.jobs.pause_job(job)
    assert (paused.state, paused.phase) == (JobState.PAUSED, None)
    h.see(person())
    assert h.judge.questions.empty()
    resumed = h.jobs.resume_job(job)
    assert (resumed.state, resumed.phase) == (JobState.RUNNING, Phase.WATCHING)
    h.judge.asked()


def test_a_pause_during_a_call_alerts_nobody(started, person, says):
    h, job = started()
    h.see(person())
    h.judge.asked()
    h.jobs.pause_job(job)
    h.judge.say(says("met"))
    h.jobs.resume_job(job)
    h.judge.asked()
    assert not h.store.alerts.list().items
    assert h.jobs.get(job).looks == 1


def test_a_paused_job_expires(started):
    h, job = started(duration=1.5)
    h.jobs.pause_job(job)
    h.heard.wait_for_state(JobState.EXPIRED)


def test_a_pause_and_a_snooze_outlive_a_restart(started, watch):
    h, first = started()
    second = h.jobs.start_job(watch(name="second"), Origin.API).id
    h.judge.asked()
    h.jobs.pause_job(first)
    until = h.jobs.snooze_job(second, 600.0).snoozed_until
    h.close()
    h.open()
    h.see()
    h.heard.wait_for(lambda heard: heard.jobs[-1].id == second)
    assert h.jobs.get(first).state is JobState.PAUSED
    assert (h.jobs.get(second).phase, h.jobs.get(second).snoozed_until) == (Phase.SNOOZED, until)
    assert h.judge.questions.empty()


def test_a_snooze_ends_and_says_so(started):
    h, job = started()
    assert h.jobs.snooze_job(job, 0.3).phase is Phase.SNOOZED
    h.judge.asked()
    assert h.jobs.get(job).snoozed_until is None


def test_resuming_ends_a_snooze_and_changes_nothing_else(started):
    h, job = started()
    h.jobs.snooze_job(job, 600.0)
    assert h.jobs.resume_job(job).snoozed_until is None
    h.judge.asked()
    assert h.jobs.resume_job(job).state is JobState.RUNNING


def test_a_look_is_had_for_the_asking_and_its_reason_is_kept(started, says):
    h, job = started()
    newest = h.see()
    h.jobs.request_look(job)
    assert h.judge.asked().frame_time == newest
    h.judge.say(says("not_met"))
    h.heard.wait_for(lambda heard: heard.jobs[-1].looks == 2)
    assert h.store.looks.of_job(job).items[0].reason is LookReason.REQUESTED


def test_a_look_that_the_budget_forbids_is_refused(started):
    h, job = started(limits=Limits(looks_per_hour=1, when_spent=WhenSpent.HOLD))
    with pytest.raises(ConflictError, match="budget_spent") as caught:
        h.jobs.request_look(job)
    assert caught.value.code == "no_look_now"


class StuckJudge:
    """Answers nobody, and holds on to each until it is called off."""

    name = "stuck"
    wants_images = True

    def __init__(self):
        self.asked, self.released = queue.Queue(), queue.Queue()

    def judge(self, question, deadline):
        self.asked.put(question)
        given_up = threading.Event()
        deadline.on_call_off(given_up.set)
        assert given_up.wait(PATIENCE)
        self.released.put(question)
        raise JudgeUnavailableError("called off", kind=CALLED_OFF)

    def health(self):
        return PartHealth(PartState.OK)

    def close(self):
        pass

    def say(self, _):
        pass

    def forget(self):
        pass


@pytest.mark.parametrize(
    "give_up",
    [
        lambda jobs, job: jobs.stop_job(job),
        lambda jobs, job: jobs.pause_job(job),
        lambda jobs, job: jobs.snooze_job(job, 60.0),
        lambda jobs, job: jobs.change_job(job, to(condition="a dog")),
    ],
)
def test_a_look_that_nobody_waits_for_frees_its_looker_at_once(house, watch, give_up):
    judge = StuckJudge()
    h = house(judge=judge)
    h.see()
    job = h.jobs.start_job(watch(), Origin.API).id
    judge.asked.get(timeout=PATIENCE)
    give_up(h.jobs, job)
    judge.released.get(timeout=PATIENCE)
    if not h.jobs.get(job).state.final:
        h.jobs.stop_job(job)


def test_with_nothing_left_the_detector_judges_and_signs_its_alert(started, person):
    h, job = started(limits=Limits(looks_per_hour=1))
    h.see(person())
    h.heard.wait_for(lambda heard: heard.alerts)
    (alert,) = h.store.alerts.list().items
    assert (alert.job_id, alert.judged_by, alert.evidence) == (job, "detector", 1)
    assert h.judge.questions.empty()


def test_where_the_detector_does_not_understand_triggers_wait_and_the_job_says_so(started, person):
    h, job = started(condition="somebody looks sad", limits=Limits(looks_per_hour=1))
    h.see(person())
    h.heard.wait_for_phase(Phase.BUDGET_SPENT)
    assert h.jobs.get(job).error == "its 1 looks per hour are spent; its triggers wait meanwhile"
    assert h.jobs.budget(job)["looks_per_hour"].used == 1
    h.jobs.change_job(job, to(limits=Limits(looks_per_hour=2)))
    assert h.judge.asked().objects
    h.jobs.stop_job(job)
    assert h.jobs.budget(job) is None


def test_people_are_told_that_a_watch_has_nothing_left_to_spend(started, monkeypatch):
    monkeypatch.setattr(troubles, "GRACE", 0.0)
    h, job = started(condition="somebody looks sad", limits=Limits(looks_per_day=1))
    h.heard.wait_for(lambda heard: heard.alerts)
    (alert,) = h.store.alerts.list().items
    assert (alert.kind, alert.job_id) == (AlertKind.BUDGET_SPENT, job)
    assert alert.message == "The budget of a watch is spent: w."
    assert alert.reasoning == "its 1 looks per day are spent; its triggers wait meanwhile"


def test_a_restart_remembers_what_was_spent(started, person):
    h, job = started(limits=Limits(looks_per_day=1, when_spent=WhenSpent.HOLD))
    h.close()
    h.open()
    h.see(person())
    h.heard.wait_for_phase(Phase.BUDGET_SPENT)
    assert h.jobs.budget(job)["tokens_per_day"].used == 7
    assert h.judge.questions.empty()


@pytest.mark.parametrize(
    "act",
    [
        lambda jobs, job: jobs.change_job(job, to(cooldown=1.0)),
        lambda jobs, job: jobs.pause_job(job),
        lambda jobs, job: jobs.resume_job(job),
        lambda jobs, job: jobs.snooze_job(job, 60.0),
        lambda jobs, job: jobs.request_look(job),
    ],
)
def test_what_has_ended_stays_as_it_is(started, act):
    h, job = started()
    with pytest.raises(NotFoundError):
        act(h.jobs, "nope")
    ended = h.jobs.stop_job(job)
    with pytest.raises(ConflictError) as caught:
        act(h.jobs, job)
    assert caught.value.code == "job_final"
    assert h.jobs.get(job) == h.store.jobs.get(job) == ended


@pytest.mark.parametrize(
    "act", [lambda jobs, job: jobs.snooze_job(job, 60.0), lambda jobs, job: jobs.request_look(job)]
)
def test_a_paused_job_has_to_be_resumed_first(started, act):
    h, job = started()
    h.jobs.pause_job(job)
    with pytest.raises(ConflictError) as caught:
        act(h.jobs, job)
    assert caught.value.code == "job_paused"


def test_what_can_not_be_saved_has_not_happened(started, monkeypatch):
    h, job = started()
    before = h.jobs.get(job)

    def full(*_):
        raise StoreError("full")

    with monkeypatch.context() as patch:
        patch.setattr(h.store.jobs, "save", full)
        for act in (h.jobs.pause_job, lambda one: h.jobs.change_job(one, to(condition="a dog"))):
            with pytest.raises(StoreError):
                act(job)
    assert h.jobs.get(job) == before


def test_an_entry_that_was_changed_goes_on_as_the_same_job(house, watch):
    h = house()
    h.jobs.reconcile([watch(name="a", mode=Mode.STANDING)])
    (job,) = h.jobs.list_jobs(None, None, 10, None).items
    h.jobs.pause_job(job.id)
    h.jobs.reconcile([watch(name="a", mode=Mode.STANDING, condition="a dog")])
    (same,) = h.jobs.list_jobs(None, None, 10, None).items
    assert (same.id, same.watch.condition, same.state) == (job.id, "a dog", JobState.PAUSED)


def test_an_entry_for_another_camera_is_another_job(house, watch):
    h = house()
    h.jobs.reconcile([watch(name="a")])
    h.jobs.reconcile([watch(name="a", mode=Mode.STANDING)])
    states = [job.state for job in h.jobs.list_jobs(None, None, 10, None).items]
    assert states == [JobState.RUNNING, JobState.CANCELLED]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_to_a_job_at_once_nothing_happens_to_it_after_its_end(
    house, watch, person, says, seed
):
    """Three people press every button while the model says yes, until one of them stops the job."""
    h = house(judge=Yes(says))
    job = h.jobs.start_job(watch(mode=Mode.STANDING, cooldown=0.0), Origin.API).id
    stopped = threading.Event()

    def press(turn):
        dice = random.Random(f"{seed}/{turn}")
        buttons = [
            lambda: h.jobs.pause_job(job),
            lambda: h.jobs.resume_job(job),
            lambda: h.jobs.snooze_job(job, 0.01),
            lambda: h.jobs.request_look(job),
            lambda: h.jobs.change_job(job, to(condition=dice.choice(["a person", "a dog"]))),
        ]
        if turn == 0:
            buttons.append(lambda: h.see(person(f"p{dice.random()}")))
        while not stopped.is_set():
            with contextlib.suppress(ConflictError):
                dice.choice(buttons)()

    people = [threading.Thread(target=press, args=(turn,)) for turn in range(3)]
    for one in people:
        one.start()
    h.heard.wait_for(lambda heard: len(heard.jobs) > 60)
    ended = h.jobs.stop_job(job)
    told = len(h.heard.alerts)
    stopped.set()
    for one in people:
        one.join()
    h.see(person("last"))
    h.close()
    h.open()
    assert h.jobs.get(job) == ended
    assert [heard.state.final for heard in h.heard.jobs].count(True) == 1
    assert h.heard.jobs[-1] == ended
    assert len(h.heard.alerts) == told == ended.alerts == len(h.store.alerts.list(job_id=job).items)


class Yes(FakeJudge):
    """Says that every condition is met."""

    def __init__(self, says):
        super().__init__()
        self._says = says

    def judge(self, question, deadline):
        self.say(self._says("met"))
        return super().judge(question, deadline)
