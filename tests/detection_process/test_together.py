"""Several cameras before one detector, on a clock that stands still."""

import pytest

from frigate_ext.detect.shot import Shot
from frigate_ext.detection_process.together import look_together
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.frame import Frame
from tests.detection_process.test_camera import PIXEL, Setup


@pytest.fixture
def cameras():
    return {name: Setup() for name in ("porch", "yard", "gate")}


def waiting(cameras):
    for name, setup in cameras.items():
        setup.script.frames.append(Frame(name, setup.clock.wall, PIXEL, PIXEL, PIXEL))
    return [(setup.loop, setup.loop.begin()) for setup in cameras.values()]


def test_every_camera_goes_on_with_what_was_seen_of_its_own_frame(cameras):
    look_together(waiting(cameras), lambda shots: [[shot.frame.camera] for shot in shots])
    assert {name: setup.script.seen for name, setup in cameras.items()} == {
        "porch": [[["porch"]]],
        "yard": [[["yard"]]],
        "gate": [[["gate"]]],
    }


def test_a_frame_that_the_detector_fails_on_blinds_its_own_camera_alone(cameras, caplog):
    def infer_all(shots: list[Shot]) -> list[list[str]]:
        if any(shot.frame.camera == "yard" for shot in shots):
            raise RuntimeError("it can't")
        return [[] for _ in shots]

    look_together(waiting(cameras), infer_all)
    assert len(caplog.records) == 1
    for setup in cameras.values():
        setup.clock.advance(1.1)
        setup.loop.begin()
    states = {name: setup.said[-1].state for name, setup in cameras.items()}
    assert states == {"porch": CameraState.ONLINE, "yard": CameraState.OFFLINE, "gate": CameraState.ONLINE}
