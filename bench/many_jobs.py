"""`job_threads`, `job_memory_mb`, `bus_thread_us`: 256 watch jobs on 8 cameras, in a process of their own."""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil

from bench.record import Record, Target, count, timing
from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import CameraUpdate, EncodedFrame, FrameRequest
from frigate_ext.domain.camera import Camera, CameraState
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.look import Alert, Look
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.watch import Job, Origin
from frigate_ext.errors import FrameUnavailableError
from frigate_ext.runtime.clock import SystemClock
from frigate_ext.store import Store
from genai.detector.judge import DetectorJudge
from jobs.manager import JobManager
from jobs.request import build_watch

_JOBS, _CAMERAS, _OBJECTS = 256, 8, 5
_LATER = 100
"""Messages of a camera until then are for the looks at the beginning."""
_NAMES = [f"camera{n}" for n in range(_CAMERAS)]


def run(*, quick: bool) -> list[Record]:
    messages = 400 if quick else 2000
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        threads, memory, costs = pool.apply(_measure, (messages,))
    load = f"{_JOBS} jobs on {_CAMERAS} cameras, judged by the detector's facts"
    told = f"{load}; {messages} messages of {_OBJECTS} objects, each with an arrival"
    return [
        count("job_threads", threads, "threads", load, Target(_JOBS + 16, at_most=True)),
        count("job_memory_mb", memory, "MB", f"{load}: private memory of a job", Target(1.1, at_most=True)),
        timing("bus_thread_us", median(costs) * 1e6, "us", f"{told}: CPU time of the bus thread"),
    ]


def _measure(messages: int) -> tuple[int, float, list[float]]:
    """Threads, private MB that each job has come to, and CPU seconds of `note` message by message."""
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder, _manager(Path(folder)) as (jobs, latest):
        _let_all_be_seen(jobs, latest, 1)
        before = process.memory_full_info().uss
        for number in range(_JOBS):
            camera, condition = _NAMES[number % _CAMERAS], f"more than {_OBJECTS + number} cars are in view"
            jobs.start_job(build_watch(_cameras(), camera=camera, condition=condition), Origin.API)
        _let_all_look(jobs, latest)
        costs = [_note(jobs, latest, _update(n % _CAMERAS, _LATER + n)) for n in range(messages)]
        memory = (process.memory_full_info().uss - before) / _JOBS / 1e6
        return threading.active_count(), memory, costs


def _let_all_be_seen(jobs: JobManager, latest: LatestUpdates, seq: int) -> None:
    for camera in range(_CAMERAS):
        _note(jobs, latest, _update(camera, seq))


def _let_all_look(jobs: JobManager, latest: LatestUpdates) -> None:
    """Raises TimeoutError when they don't."""
    for seq in range(2, _LATER):
        if jobs.looks >= _JOBS:
            return
        time.sleep(0.5)
        _let_all_be_seen(jobs, latest, seq)
    raise TimeoutError(f"only {jobs.looks} of {_JOBS} jobs have looked")


def _note(jobs: JobManager, latest: LatestUpdates, update: CameraUpdate) -> float:
    latest(update)
    began = time.thread_time()
    jobs.note(update)
    return time.thread_time() - began


@contextmanager
def _manager(folder: Path) -> Iterator[tuple[JobManager, LatestUpdates]]:
    store, latest = Store.open(folder), LatestUpdates()
    jobs = JobManager(
        cameras=_cameras(),
        frames=_NoFrames(),
        latest=latest,
        judge=DetectorJudge(),
        concurrency=2,
        store=store,
        clock=SystemClock(),
        listener=_Nobody(),
        notifiers=(),
    )
    jobs.start()
    try:
        yield jobs, latest
    finally:
        jobs.stop()
        jobs.join(10.0)
        store.close()


def _cameras() -> dict[str, Camera]:
    return {name: Camera(name, name, ("car", "person"), ()) for name in _NAMES}


def _update(camera: int, seq: int) -> CameraUpdate:
    """All but one of its objects stand still since the beginning; the last has just arrived."""
    now = time.time()
    ids = [*(f"{camera}-{n}" for n in range(_OBJECTS - 1)), f"{camera}-new-{seq}"]
    objects = tuple(_car(camera, name, n, now) for n, name in enumerate(ids))
    return CameraUpdate(
        camera=_NAMES[camera],
        epoch=1,
        seq=seq,
        time=now,
        state=CameraState.ONLINE,
        size=Size(1280, 720),
        frame_time=now,
        objects=objects,
    )


def _car(camera: int, name: str, place: int, now: float) -> TrackedObject:
    return TrackedObject(
        id=name,
        camera=_NAMES[camera],
        label="car",
        frame_time=now,
        start_time=now,
        score=0.8,
        computed_score=0.8,
        top_score=0.8,
        false_positive=False,
        box=Box(10 + 100 * place, 10, 90 + 100 * place, 60),
        active=place == _OBJECTS - 1,
        stationary=place < _OBJECTS - 1,
        motionless_count=0,
        position_changes=1,
    )


class _NoFrames:
    def ask(self, wanted: FrameRequest, *, timeout: float = 2.0) -> Future[tuple[EncodedFrame, ...]]:  # noqa: ARG002
        future: Future[tuple[EncodedFrame, ...]] = Future()
        future.set_exception(FrameUnavailableError("there are no frames here"))
        return future


class _Nobody:
    def job_changed(self, job: Job) -> None: ...

    def job_deleted(self, job: Job) -> None: ...

    def look_finished(self, look: Look, job: Job) -> None: ...

    def alert_committed(self, alert: Alert) -> None: ...
