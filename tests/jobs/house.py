"""A manager over a real store, with a judge, frames and a listener that the test holds."""

import queue
import threading
import time
from concurrent.futures import Future

from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import EncodedFrame
from frigate_ext.domain.camera import Camera, Zone
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Point, Size
from frigate_ext.errors import FrameUnavailableError, JudgeUnavailableError
from frigate_ext.runtime.clock import SystemClock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.store import Store
from genai.judge import Judgement, Veil, Veiled
from genai.text_finder import cannot_look
from jobs.manager import JobManager

SQUARE = (Point(0, 0), Point(1, 0), Point(1, 1))
CAMERAS = {"door": Camera("door", "Door", ("person", "car"), (Zone("porch", "Porch", SQUARE),))}
PATIENCE = 10.0


class FakeFrames:
    """Every frame is a 'JPEG' that spells its key, unless the test took it away."""

    def __init__(self):
        self.requests = []
        self.attended = []
        self.gone = False

    def ask(self, wanted, *, timeout=2.0):
        key = FrameKey(wanted.camera, wanted.epoch, wanted.seq)
        future = Future()
        if wanted.moments == 0:
            self.attended.append(wanted.camera)
            future.set_result(())
            return future
        self.requests.append(key)
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
        self.instead = None
        """Why it is the detector that answers, say."""
        self.questions = queue.Queue()
        self._answers = queue.Queue()

    def judge(self, question, deadline):
        self.questions.put(question)
        answer = self._answers.get(timeout=deadline.remaining())
        if isinstance(answer, Exception):
            raise answer
        return Judgement(
            verdict=answer(question),
            model="fake-1",
            latency=0.01,
            tokens=7,
            paid=(("fake", 7),),
            instead=self.instead,
        )

    def say(self, answer):
        self._answers.put(answer)

    def forget(self):
        """Drop what nobody has asked or heard yet."""
        for waiting in (self.questions, self._answers):
            while not waiting.empty():
                waiting.get()

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
        self.jobs, self.looks, self.alerts, self.deleted = [], [], [], []

    def _note(self, where, what):
        with self._changed:
            where.append(what)
            self._changed.notify_all()

    def job_changed(self, job):
        self._note(self.jobs, job)

    def job_deleted(self, job):
        self._note(self.deleted, job)

    def look_finished(self, look, job):
        self._note(self.looks, look)

    def alert_committed(self, alert):
        self._note(self.alerts, alert)

    def wait_for(self, condition):
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), PATIENCE), self.jobs[-3:]

    def wait_for_state(self, state):
        self.wait_for(lambda heard: heard.jobs and heard.jobs[-1].state is state)

    def wait_for_phase(self, phase):
        self.wait_for(lambda heard: heard.jobs and heard.jobs[-1].phase is phase)


def cannot_cover(jpeg):
    """Has no text finder; blurs fake pictures."""
    return Veiled(jpeg + b" blurred", Veil.BLURRED, had_writing=False)


class House:
    """A manager over one data folder, restartable."""

    def __init__(self, data_dir, message, judge=None, frames=None, cover=cannot_cover, finds=cannot_look):
        self.data_dir, self._message = data_dir, message
        self.judge, self.frames, self.heard = judge or FakeJudge(), frames or FakeFrames(), Heard()
        self.cover, self.finds, self.cameras = cover, finds, dict(CAMERAS)
        self.latest = LatestUpdates()
        self.seq = 0
        self.open()

    def open(self):
        self.store = Store.open(self.data_dir)
        self.jobs = JobManager(
            cameras=self.cameras,
            frames=self.frames,
            latest=self.latest,
            judge=self.judge,
            concurrency=2,
            store=self.store,
            clock=SystemClock(),
            listener=self.heard,
            notifiers=("mqtt",),
            cover=self.cover,
            finds=self.finds,
        )
        self.jobs.start()

    def close(self):
        self.jobs.stop()
        for _ in range(2):
            self.judge.say(JudgeUnavailableError("stopping", kind="refused"))
        assert self.jobs.join(PATIENCE)
        self.judge.forget()
        self.store.close()

    def see(self, *objects, **changes):
        """A message of camera `door`, now; returns its frame's time."""
        self.seq += 1
        update = self._message(self.seq, *objects, **({"frame_time": time.time()} | changes))
        self.latest(update)
        self.jobs.note(update)
        return update.frame_time
