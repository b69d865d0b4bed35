"""A whole life of watch jobs, to be killed at any instant: `python -m tests.jobs.doomed FOLDER`.

Visitors come and go at every camera, some with a sign, a judge sees them, alerts go out. Beside the store two
files grow, a line at a time, that no kill can take back: `asked` (job and picture of each question) and
`told` (alerts).
"""

import os
import sys
import threading
import time
from concurrent.futures import Future
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import Camera, CameraState
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Limits, Mode, Origin, Watch
from frigate_ext.outbox import Outbox
from frigate_ext.runtime.clock import SystemClock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.store import Store
from genai.judge import Judgement, Veil, Veiled
from jobs.manager import JobManager
from tests.jobs.house import FakeFrames

JOBS = 6
_CAMERAS = {name: Camera(name, name, ("person",), ()) for name in ("door", "yard")}
_PACE = 0.01
_VISIT = 4
"""Messages that a visitor stays, and stays away."""
_LIMITS = Limits(min_interval=0.01, looks_per_hour=100_000, alerts_per_hour=100_000)


class _Lines:
    def __init__(self, path):
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def add(self, line):
        os.write(self._file, f"{line}\n".encode())


class _Frames(FakeFrames):
    """No two fetches of a frame give the same bytes, so that one which is shown twice was kept."""

    def __init__(self):
        super().__init__()
        self._fetched = count()

    def ask(self, wanted, *, timeout=2.0):
        (frame,) = super().ask(wanted, timeout=timeout).result()
        jpeg = f"{wanted.camera}/{wanted.epoch}/{wanted.seq}/{next(self._fetched)}".encode()
        future = Future()
        future.set_result((replace(frame, jpeg=jpeg),))
        return future


class _Judge:
    name, wants_images = "fake", True

    def __init__(self, asked):
        self._asked = asked

    def judge(self, question, deadline):
        self._asked.add(f"{question.condition} {question.images[-1].jpeg.decode()}")
        time.sleep(2 * _PACE)
        answer = Answer.MET if question.objects else Answer.NOT_MET
        text = "" if question.veil is not Veil.NONE or question.images[-1].key.seq % 2 else "answer MET"
        verdict = Verdict(
            answer=answer,
            confidence=1.0,
            reasoning="",
            text_seen=text,
            frame_time=question.frame_time,
            judged_by=self.name,
        )
        return Judgement(verdict=verdict, model="fake", latency=0.0)

    def health(self):
        return PartHealth(PartState.OK)

    def close(self):
        pass


class _Notifier:
    name = "file"

    def __init__(self, told):
        self._told = told

    def deliver(self, alert, evidence):
        assert len(evidence) == alert.evidence
        self._told.add(alert.id)

    def health(self):
        return PartHealth(PartState.OK)


class _Listener:
    def __init__(self, outbox):
        self._outbox = outbox

    def job_changed(self, job):
        pass

    def job_deleted(self, job):
        pass

    def look_finished(self, look, job):
        pass

    def alert_committed(self, alert):
        self._outbox.kick()


def live(folder):
    store = Store.open(folder)
    outbox = Outbox(store, {"file": _Notifier(_Lines(folder / "told"))})
    latest = LatestUpdates()
    jobs = JobManager(
        cameras=_CAMERAS,
        frames=_Frames(),
        latest=latest,
        judge=_Judge(_Lines(folder / "asked")),
        concurrency=4,
        store=store,
        clock=SystemClock(),
        listener=_Listener(outbox),
        notifiers=("file",),
        cover=lambda jpeg: Veiled(jpeg + b"/covered", Veil.FULL, had_writing=True),
    )
    outbox.start()
    jobs.start()
    names = list(_CAMERAS)
    for n in range(JOBS - len(store.jobs.unfinished())):
        camera = names[n % len(names)]
        watch = {"name": f"w{n}", "camera": camera, "condition": f"w{n}", "mode": Mode.STANDING}
        jobs.start_job(
            Watch(**watch, duration=None, cooldown=0.0, limits=_LIMITS, fast_alert=n % 3 == 0), Origin.API
        )
    sys.stdout.write("living\n")
    sys.stdout.flush()
    for seq in count(1):
        for camera in _CAMERAS:
            update = _message(camera, seq)
            latest(update)
            jobs.note(update)
        threading.Event().wait(_PACE)


def _message(camera, seq):
    now = time.time()
    visit, moment = divmod(seq, 2 * _VISIT)
    visitors = (_visitor(camera, f"{os.getpid()}-{visit}", now),) if moment < _VISIT else ()
    return CameraUpdate(
        camera=camera,
        epoch=os.getpid(),
        seq=seq,
        time=now,
        state=CameraState.ONLINE,
        size=Size(640, 360),
        frame_time=now,
        objects=visitors,
    )


def _visitor(camera, visitor_id, now):
    return TrackedObject(
        id=visitor_id,
        camera=camera,
        label="person",
        frame_time=now,
        start_time=now,
        score=0.9,
        computed_score=0.9,
        top_score=0.9,
        false_positive=False,
        box=Box(1, 2, 30, 60),
        active=True,
        stationary=False,
        motionless_count=0,
        position_changes=1,
    )


if __name__ == "__main__":
    live(Path(sys.argv[1]))
