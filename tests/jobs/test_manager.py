"""Jobs as their users meet them: a real store, real threads, a judge and frames that the test holds."""

import queue
import threading
import time
from concurrent.futures import Future

import pytest

from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import EncodedFrame
from frigate_ext.domain.camera import Camera, CameraState, Zone
from frigate_ext.domain.geometry import Point, Size
from frigate_ext.domain.look import AlertKind, LookState
from frigate_ext.domain.watch import JobState, Mode, Origin, Phase
from frigate_ext.errors import (
    BadReplyError,
    ConflictError,
    FrameUnavailableError,
    JudgeUnavailableError,
    NotFoundError,
    StoreError,
)
from frigate_ext.runtime.clock import SystemClock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.store import Store
from genai.judge import Judgement
from jobs import live
from jobs.manager import JobManager

SQUARE = (Point(0, 0), Point(1, 0), Point(1, 1))
CAMERAS = {"door": Camera("door", "Door", ("person", "car"), (Zone("porch", "Porch", SQUARE),))}
PATIENCE = 10.0


class FakeFrames:
    """Every frame is a 'JPEG' that spells its key, unless the test took it away."""

    def __init__(self):
        self.requests = []
        self.gone = False

    def request(self, camera, *, key=None, height=480, timeout=2.0):
        self.requests.append(key)
        future = Future()
        if self.gone:
            future.set_exception(FrameUnavailableError("the frame is gone"))
        else:
            size = Size(854, 480)
            jpeg = f"jpeg {key.epoch}/{key.seq}".encode()
            frame = EncodedFrame(
                epoch=key.epoch, seq=key.seq, frame_time=0.0, size=size, frame_size=size, jpeg=jpeg
            )
            future.set_result((frame,))
        return future


class FakeJudge:
    """Hands each question to the test and waits for what it answers."""

    name = "fake"

    def __init__(self, wants_images=True):
        self.wants_images = wants_images
        self.questions = queue.Queue()
        self._answers = queue.Queue()

    def judge(self, question, deadline):
        self.questions.put(question)
        answer = self._answers.get(timeout=deadline.remaining())
        if isinstance(answer, Exception):
            raise answer
        return Judgement(verdict=answer(question), model="fake-1", latency=0.01, tokens=7)

    def say(self, answer):
        self._answers.put(answer)

    def asked(self):
        return self.questions.get(timeout=PATIENCE)

    def health(self):
        return PartHealth(PartState.OK)

    def close(self):
        pass


class Heard:
    """A listener that remembers, and can be waited on."""

    def __init__(self):
        self._changed = threading.Condition()
        self.jobs, self.alerts, self.deleted = [], [], []

    def _note(self, where, what):
        with self._changed:
            where.append(what)
            self._changed.notify_all()

    def job_changed(self, job):
        self._note(self.jobs, job)

    def job_deleted(self, job):
        self._note(self.deleted, job)

    def alert_committed(self):
        self._note(self.alerts, True)

    def wait_for(self, condition):
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), PATIENCE), self.jobs[-3:]

    def wait_for_state(self, state):
        self.wait_for(lambda heard: heard.jobs and heard.jobs[-1].state is state)

    def wait_for_phase(self, phase):
        self.wait_for(lambda heard: heard.jobs and heard.jobs[-1].phase is phase)


class House:
    """A manager over one data folder, restartable."""

    def __init__(self, data_dir, message, judge=None):
        self.data_dir, self._message = data_dir, message
        self.judge, self.frames, self.heard = judge or FakeJudge(), FakeFrames(), Heard()
        self.latest = LatestUpdates()
        self.seq = 0
        self.open()

    def open(self):
        self.store = Store.open(self.data_dir)
        self.jobs = JobManager(
            cameras=CAMERAS,
            frames=self.frames,
            latest=self.latest,
            judge=self.judge,
            concurrency=2,
            store=self.store,
            clock=SystemClock(),
            listener=self.heard,
            notifiers=("mqtt",),
        )
        self.jobs.start()

    def close(self):
        self.jobs.stop()
        for _ in range(2):
            self.judge.say(JudgeUnavailableError("stopping", kind="refused"))
        assert self.jobs.join(PATIENCE)
        self.store.close()

    def see(self, *objects, **changes):
        """A message of camera `door`, now; returns its frame's time."""
        self.seq += 1
        update = self._message(self.seq, *objects, **({"frame_time": time.time()} | changes))
        self.latest(update)
        self.jobs.note(update)
        return update.frame_time


@pytest.fixture
def house(tmp_path, message):
    houses = []

    def build(**settings):
        houses.append(House(tmp_path, message, **settings))
        return houses[-1]

    yield build
    for each in houses:
        each.close()


@pytest.fixture
def says(verdict):
    """`says("met")`: a judge's answer about whatever frame it is asked about."""
    return lambda answer, **fields: lambda question: verdict(answer, question.frame_time, **fields)


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


def test_people_are_told_once_that_a_watch_is_blind(house, watch, monkeypatch):
    monkeypatch.setattr(live, "TROUBLE_GRACE", 0.0)
    h = house()
    h.see(state=CameraState.OFFLINE, frame_time=None, detail="connection refused")
    job = h.jobs.start_job(watch(), Origin.API)
    h.heard.wait_for(lambda heard: heard.alerts)
    h.jobs.stop_job(job.id)
    (alert,) = h.store.alerts.list(job_id=job.id).items
    assert (alert.kind, alert.reasoning) == (AlertKind.BLIND, "connection refused")
    assert h.jobs.get(job.id).alerts == 0


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


def test_a_reply_that_says_nothing_does_not_end_the_job(house, watch, person, says):
    h = house()
    h.see(person())
    h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.judge.say(BadReplyError("a poem"))
    h.heard.wait_for(lambda heard: heard.jobs[-1].error == "a poem")
    h.see(person(), person("p2"))
    h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)


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


def test_a_judge_that_wants_no_picture_causes_none_until_there_is_an_alert(house, watch, person, says):
    h = house(judge=FakeJudge(wants_images=False))
    h.see()
    h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    h.judge.say(says("not_met"))
    h.see(person())
    assert h.judge.asked().images == ()
    assert h.frames.requests == []
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
    h.heard.wait_for(lambda heard: heard.jobs[-1].error == "the disk is full")
    assert h.jobs.get(job.id).state is JobState.RUNNING
    h.see(person())
    h.judge.asked()
    h.judge.say(says("met"))
    h.heard.wait_for_state(JobState.MET)
    assert len(h.store.alerts.list(job_id=job.id).items) == 1


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
    h.heard.wait_for_phase(Phase.COOLDOWN)


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
