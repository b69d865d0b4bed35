"""The detection loop over scripted cameras, on a real bus."""

import threading
from contextlib import closing, nullcontext

import numpy as np
import pytest

from frigate_ext.bus.frames import FrameClient
from frigate_ext.bus.schema import FrameRequest
from frigate_ext.detection_process.loop import DetectionLoop
from frigate_ext.detection_process.ration import Standing
from frigate_ext.domain.frame import Frame
from tests.detection_process.test_camera import PIXEL, Script, seen


@pytest.fixture
def loop(heard, settings_for):
    settings = settings_for("porch", "yard")
    with closing(DetectionLoop(settings, threading.Event(), lambda shots: [[] for _ in shots])) as loop:
        yield loop


def add(loop, name, **options):
    script = Script()
    loop.add(name, script, script, guard=nullcontext(), **options)
    return script


def test_an_object_on_a_neighbouring_camera_brings_a_camera_to_full_rate(loop):
    porch, yard = add(loop, "porch"), add(loop, "yard", neighbours=frozenset({"porch"}))
    before = dict(yard.attended)
    porch.objects = (seen("person"),)
    porch.frames.append(Frame("porch", 1.0, PIXEL, PIXEL, PIXEL))
    loop.turn(lambda: None)
    assert min(yard.attended.values()) > max(before.values()) + 6.0


def test_a_job_that_asks_for_a_picture_makes_its_camera_active(loop, running, endpoint, wait_until):
    porch = add(loop, "porch")
    add(loop, "yard")
    picture = np.zeros((32, 32), np.uint8)
    porch.frames.append(Frame("porch", 1.0, picture, picture[::2, ::2], picture[::2, ::2]))
    loop.turn(lambda: None)
    client = running(FrameClient(endpoint))
    wait_until(lambda: is_answered(client, FrameRequest(id=0, camera="porch", attend=30.0)))
    standing = {name: camera.standing for name, camera in loop._cameras.items()}
    assert standing == {"porch": Standing.ACTIVE, "yard": Standing.QUIET}


def test_frames_that_wait_are_looked_at_together_those_of_active_cameras_every_time(loop, monkeypatch):
    together = []
    monkeypatch.setattr(
        loop,
        "_infer_all",
        lambda shots: together.append([s.frame.camera for s in shots]) or [[]] * len(shots),
    )
    for name in ("a", "b", "c", "d", "e", "f", "porch"):
        add(loop, name).frames += [Frame(name, 1.0, PIXEL, PIXEL, PIXEL)] * 2
    loop._cameras["porch"].look_closely(30.0)
    loop.turn(lambda: None)
    assert together == [["porch", "a", "b", "c"], ["porch", "d", "e", "f"]]


@pytest.mark.parametrize("cameras, waits", [(4, []), (5, [0.02])])
def test_frames_of_a_few_cameras_wait_for_no_others(loop, monkeypatch, cameras, waits):
    for number in range(cameras):
        add(loop, f"c{number}")
    slept = []
    monkeypatch.setattr("time.sleep", slept.append)
    loop._load.patience = 0.02
    loop.turn(lambda: None)
    assert slept == waits


def test_after_a_crash_frames_go_one_by_one_so_that_the_next_tells_whose_it_is(heard, settings_for):
    together = []

    def infer_all(shots):
        together.append([shot.frame.camera for shot in shots])
        return [[] for _ in shots]

    settings = settings_for("porch", "yard", alone_seconds=60.0)
    with closing(DetectionLoop(settings, threading.Event(), infer_all)) as loop:
        for name in ("porch", "yard"):
            add(loop, name).frames.append(Frame(name, 1.0, PIXEL, PIXEL, PIXEL))
        loop.turn(lambda: None)
    assert together == [["porch"], ["yard"]]


def is_answered(client, request):
    return client.ask(request).exception(3.0) is None
