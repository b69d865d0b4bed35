"""Small scenes for the jobs' tests: objects, messages, watches and verdicts with everything optional."""

from dataclasses import replace

import pytest

from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Watch
from tests.jobs.house import House
from tests.jobs.rig import Rig

PERSON = TrackedObject(
    id="p1",
    camera="door",
    label="person",
    frame_time=100.0,
    start_time=100.0,
    score=0.8,
    computed_score=0.8,
    top_score=0.8,
    false_positive=False,
    box=Box(10, 10, 30, 60),
    active=True,
    stationary=False,
    motionless_count=0,
    position_changes=1,
)


@pytest.fixture
def person():
    """`person(id, **changes)`: a real, moving person."""
    return lambda id="p1", **changes: replace(PERSON, id=id, **changes)  # noqa: A006 - Frigate's word


@pytest.fixture
def message():
    """`message(seq, *objects, **changes)`: one message of camera `door`; its frame's time is `100 + seq`."""

    def build(seq, *objects, **changes):
        fields = {
            "camera": "door",
            "epoch": 1,
            "seq": seq,
            "time": 100.0 + seq,
            "state": CameraState.ONLINE,
            "size": Size(640, 360),
            "frame_time": 100.0 + seq,
            "objects": objects,
        }
        return CameraUpdate(**(fields | changes))

    return build


@pytest.fixture
def watch():
    """`watch(**changes)`: somebody at the door."""
    return lambda **changes: Watch(**({"name": "w", "camera": "door", "condition": "a person"} | changes))


@pytest.fixture
def verdict():
    """`verdict(answer, frame_time, **changes)`."""

    def build(answer, frame_time=0.0, **changes):
        fields = {"confidence": 0.9, "reasoning": "seen", "judged_by": "fake", "frame_time": frame_time}
        return Verdict(answer=Answer(answer), **(fields | changes))

    return build


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


@pytest.fixture
def rig(watch, message, person, verdict):
    """`rig(settings={...}, **fields)`: a policy for a watch with these fields."""

    def build(*, settings=None, **fields):
        return Rig(watch(**fields), message, person, verdict, **(settings or {}))

    return build
