"""A store in a fresh data folder, and records to put into it."""

import subprocess
from dataclasses import replace

import pytest

from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.look import Alert, AlertKind, Look, LookReason, LookState, SeenObject
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Confirm, Job, JobState, Limits, Mode, Origin, Phase, Watch, Window
from frigate_ext.store import Store

VERDICT = Verdict(
    answer=Answer.MET,
    confidence=0.9,
    reasoning="A parcel lies on the mat.",
    message="Parcel!",
    frame_time=1000.5,
    judged_by="detector",
)
WATCH = Watch(
    name="parcels",
    camera="porch",
    condition="a parcel is on the porch",
    labels=("package", "person"),
    zones=("mat",),
    mode=Mode.STANDING,
    duration=None,
    confirm=Confirm(2, 3),
    schedule=(Window(frozenset({0, 6}), 480, 1200),),
    limits=Limits(looks_per_hour=12),
)
JOB = Job(
    id="job-1",
    watch=WATCH,
    origin=Origin.CONFIG,
    state=JobState.RUNNING,
    phase=Phase.WATCHING,
    created_at=1000.0,
    last_verdict=VERDICT,
    armed=False,
)
ALERT = Alert(
    id="alert-1",
    kind=AlertKind.CONDITION,
    job_id="job-1",
    camera="porch",
    condition="a parcel is on the porch",
    message="Parcel!",
    reasoning="A parcel lies on the mat.",
    time=1001.0,
    frame_time=1000.5,
    judged_by="detector",
    confidence=0.9,
)
LOOK = Look(
    id=0,
    job_id="job-1",
    reason=LookReason.TRIGGER,
    trigger="person entered mat",
    episode="porch/1/7/entered/p1/mat",
    state=LookState.PENDING,
    started_at=1000.6,
    frame_time=1000.5,
    image_bytes=9,
    frame_size=Size(640, 360),
    objects=(SeenObject(id="p1", label="person", score=0.8, box=Box(1, 2, 3, 4)),),
)


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "data")
    yield store
    store.close()


@pytest.fixture
def verdict():
    return VERDICT


@pytest.fixture
def make_job():
    def make(number=1, **changes):
        watch = {key: changes.pop(key) for key in ("name", "camera") if key in changes}
        return replace(JOB, id=f"job-{number}", watch=replace(WATCH, **watch), **changes)

    return make


@pytest.fixture
def make_alert():
    def make(number=1, **changes):
        return replace(ALERT, id=f"alert-{number}", **changes)

    return make


@pytest.fixture
def make_look():
    def make(**changes):
        return replace(LOOK, **changes)

    return make


@pytest.fixture
def spawn():
    """Start a process that is gone when the test is."""
    processes = []

    def spawn(*command):
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return processes[-1]

    yield spawn
    for process in processes:
        process.kill()
        process.wait(5.0)
        process.stdout.close()
