"""A storm over the job engine: visitors, a model that stumbles and hangs, people who press every button."""

import logging
import random
import threading
import time
from concurrent.futures import Future
from dataclasses import replace

import pytest

from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.look import LookState
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Limits, Mode, Origin, Watch
from frigate_ext.errors import BadReplyError, FrameUnavailableError, JudgeUnavailableError, RequestError
from frigate_ext.runtime.clock import SystemClock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.store import Store
from genai.judge import Judgement
from jobs.manager import JobManager
from tests.jobs.house import PATIENCE, FakeFrames, Heard, cannot_cover

CAMERAS = {name: Camera(name, name, ("person",), ()) for name in ("door", "yard", "gate")}
JOBS, CALM = 24, 6
"""Jobs that people press buttons for, and jobs that nobody touches."""
ROUNDS = 150
LIMITS = Limits(min_interval=0.01, max_interval=1.0, looks_per_hour=100_000, alerts_per_hour=100_000)


class Stumbling(FakeFrames):
    """Frames that are gone at times, until all is `well`."""

    def __init__(self, chance, well):
        super().__init__()
        self._chance, self._well = chance, well

    def ask(self, wanted, *, timeout=2.0):
        if not self._well.is_set() and self._chance.random() < 0.1:
            lost = Future()
            lost.set_exception(FrameUnavailableError("the frame is gone"))
            return lost
        return super().ask(wanted, timeout=timeout)


class Moody:
    """Answers by the facts, after a while; but stumbles and hangs until it is `well`."""

    name, wants_images = "moody", True

    def __init__(self, chance):
        self._chance = chance
        self.well = threading.Event()

    def judge(self, question, deadline):
        mood = 1.0 if self.well.is_set() else self._chance.random()
        if mood < 0.05:
            hung = threading.Event()
            deadline.on_call_off(hung.set)
            hung.wait(min(0.3, deadline.remaining()))
            raise JudgeUnavailableError("no reply in time", kind="timeout", retry_after=0.01)
        if mood < 0.1:
            raise BadReplyError("prose")
        self.well.wait(0.02 * mood)
        met = bool(question.objects) and "calm" not in question.condition
        verdict = Verdict(
            answer=Answer.MET if met else Answer.NOT_MET,
            confidence=1.0,
            reasoning="",
            frame_time=question.frame_time,
            judged_by=self.name,
        )
        return Judgement(verdict=verdict, model="m", latency=0.0)

    def health(self):
        return PartHealth(PartState.OK)

    def close(self):
        pass


class Storm:
    """A manager, and what is done to it; everything follows from the seed but the threads' timing."""

    def __init__(self, folder, seed, message, person):
        self.chance = random.Random(seed)
        self.message, self.person = message, person
        self.store, self.latest, self.heard = Store.open(folder), LatestUpdates(), Heard()
        self.judge = Moody(random.Random(seed + 1))
        self.jobs = JobManager(
            cameras=CAMERAS,
            frames=Stumbling(random.Random(seed + 2), self.judge.well),
            latest=self.latest,
            judge=self.judge,
            concurrency=4,
            store=self.store,
            clock=SystemClock(),
            listener=self.heard,
            notifiers=("mqtt",),
            cover=cannot_cover,
        )
        self.seq, self.visitors = 0, 0
        self.told_at_end = {}
        self.jobs.start()
        self.calm = [self.start(f"calm {n}").id for n in range(CALM)]
        self.ids = [self.start(f"busy {n}").id for n in range(JOBS)]

    def start(self, name):
        watch = Watch(
            name=name,
            camera=self.chance.choice(list(CAMERAS)),
            condition=name,
            mode=Mode.STANDING if "calm" in name else self.chance.choice(list(Mode)),
            duration=None,
            cooldown=0.0,
            limits=LIMITS,
        )
        return self.jobs.start_job(watch, Origin.API)

    def show(self, camera, *visitors):
        self.seq += 1
        now = time.time()
        update = self.message(self.seq, *visitors, camera=camera, time=now, frame_time=now)
        self.latest(update)
        self.jobs.note(update)
        return now

    def visitor(self, camera):
        self.visitors += 1
        return self.person(f"v{self.visitors}", camera=camera, frame_time=time.time())

    def blow(self):
        """Messages, and a button between any two of them."""
        there = dict.fromkeys(CAMERAS)
        for number in range(ROUNDS):
            camera = self.chance.choice(list(CAMERAS))
            if self.chance.random() < 0.3:
                there[camera] = None if there[camera] else self.visitor(camera)
            self.show(camera, *filter(None, [there[camera]]))
            self.press(number)
            threading.Event().wait(0.01)

    def press(self, number):
        """Some button of some job; refusals are answers, anything else is not."""
        which = self.chance.randrange(JOBS)
        buttons = [
            self.jobs.pause_job,
            self.jobs.resume_job,
            self.jobs.resume_job,
            self.jobs.request_look,
            lambda job_id: self.jobs.snooze_job(job_id, 0.05),
            lambda job_id: self.jobs.change_job(
                job_id, lambda watch: replace(watch, condition=f"busy change {number}")
            ),
            self.end,
            self.jobs.delete_job,
        ]
        try:
            self.chance.choice(buttons)(self.ids[which])
        except RequestError:
            if self.has_ended(self.ids[which]):
                self.ids[which] = self.start(f"busy again {number}").id

    def end(self, job_id):
        """Whatever is told of a job has been committed by the time its cancelling returns."""
        self.jobs.stop_job(job_id)
        self.told_at_end[job_id] = self.alerts_of(job_id)

    def has_ended(self, job_id):
        try:
            return self.jobs.get(job_id).state.final
        except RequestError:
            return True

    def alerts_of(self, job_id):
        return len(self.store.alerts.list(job_id=job_id, limit=1000).items)

    def calm_down(self):
        """The model is well again, everybody leaves, and one last visitor comes to each camera."""
        self.judge.well.set()
        for camera in CAMERAS:
            self.show(camera)
        return {camera: self.show(camera, self.visitor(camera)) for camera in CAMERAS}

    def looked_since(self, job_id, moment):
        looks = self.store.looks.of_job(job_id, 1000).items
        return any(look.state is LookState.DONE and look.frame_time >= moment for look in looks)


@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_storm_every_visitor_is_looked_at_and_nothing_was_told_of_what_had_ended(
    tmp_path, message, person, caplog, seed
):
    storm = Storm(tmp_path, seed, message, person)
    with caplog.at_level(logging.WARNING):
        storm.blow()
        came = storm.calm_down()
        for job_id in storm.calm:
            camera = storm.jobs.get(job_id).watch.camera
            storm.heard.wait_for(lambda _, i=job_id, at=came[camera]: storm.looked_since(i, at))
        assert storm.jobs.health().state is PartState.OK
        storm.jobs.stop()
        assert storm.jobs.join(PATIENCE)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    for job in storm.store.jobs.list(limit=1000).items:
        looks = storm.store.looks.of_job(job.id, 1000).items
        assert LookState.PENDING not in {look.state for look in looks}
        assert job.alerts == storm.alerts_of(job.id)
        if "calm" in job.watch.name:
            times = [look.frame_time for look in reversed(looks)]
            assert times == sorted(times)
    for job_id, told in storm.told_at_end.items():
        assert storm.alerts_of(job_id) in {0, told}  # none where it was deleted
    storm.store.close()
