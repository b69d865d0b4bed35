"""Cameras that come, go and change in a running loop, over real streams and a real bus."""

import threading
from contextlib import closing
from dataclasses import replace

import pytest

from frigate_ext.bus.frames import FrameClient
from frigate_ext.capture.pool import CapturePool
from frigate_ext.detect.regions import Views
from frigate_ext.detection_process.lineup import Lineup
from frigate_ext.detection_process.loop import DetectionLoop
from frigate_ext.detection_process.marks import CrashMarks
from frigate_ext.detection_process.settings import Change, change_of
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Point, Size
from frigate_ext.errors import FrameUnavailableError
from frigate_ext.zones import ZoneRule
from tests.capture.clips import write_clip

CORNER = ZoneRule(name="corner", polygon=(Point(0, 0), Point(1, 0), Point(0, 1)))


class Blind:
    """A detector that never finds anything."""

    def infer(self, frame):
        return []

    def infer_all(self, shots):
        return [[] for _ in shots]

    def views(self, frame):
        return Views(frame, Size(640, 640), None)

    def close(self):
        pass


def with_zone(camera):
    return replace(camera, pipeline=replace(camera.pipeline, zones=(CORNER,)))


def with_tracker(camera):
    return replace(camera, pipeline=replace(camera.pipeline, max_disappeared=3))


def with_size(camera):
    return replace(camera, stream=replace(camera.stream, size=Size(120, 60)))


class House:
    """A loop whose turns the test gives."""

    def __init__(self, settings, heard):
        self.heard = heard
        self.settings = settings
        self.ready = threading.Event()
        self.pool = CapturePool()
        self.loop = DetectionLoop(settings, self.ready, Blind().infer_all)
        self.lineup = Lineup(self.pool, CrashMarks(), self.ready)
        self.become(*settings.cameras)

    def become(self, *cameras):
        self.lineup.become(cameras, self.loop, Blind())

    def of(self, name):
        return [update for update in self.heard if update.camera == name]

    def until(self, condition):
        for _ in range(400):
            if condition():
                return
            self.loop.turn(lambda: None)
        raise AssertionError("it did not happen in time")

    def until_shown(self, name, since=0):
        """Until frames of a camera have been heard of, in messages after the first `since`."""
        self.until(lambda: any(update.frame_time for update in self.of(name)[since:]))

    def close(self):
        self.pool.stop()
        assert self.pool.join(5.0)
        self.loop.close()


@pytest.fixture
def house(heard, settings_for, tmp_path):
    clip = write_clip(tmp_path / "clip.mp4")
    with closing(House(settings_for("porch", "yard", url=str(clip)), heard)) as house:
        house.until_shown("porch")
        house.until_shown("yard")
        yield house


@pytest.mark.parametrize(
    "change, needs",
    [(with_zone, Change.RULES), (with_tracker, Change.OBJECTS), (with_size, Change.STREAM)],
)
def test_only_what_has_changed_begins_anew_and_other_cameras_notice_nothing(house, change, needs):
    porch, yard = house.settings.cameras
    assert change_of(yard, change(yard)) is needs
    feed = house.lineup._feeds["yard"]
    said = len(house.of("yard"))
    house.become(porch, change(yard))
    house.until_shown("yard", said + 1)
    house.until_shown("porch", len(house.of("porch")))

    runs = {update.epoch for update in house.of("yard")}
    assert len(runs) == (1 if needs is Change.RULES else 2)
    assert (house.lineup._feeds["yard"] is feed) == (needs is not Change.STREAM)
    others = house.of("porch")
    first = others[0].seq
    assert [update.seq for update in others] == list(range(first, first + len(others)))
    assert len({update.epoch for update in others}) == 1


def test_a_camera_that_goes_says_so_and_has_no_frames_any_more(house, running, endpoint):
    porch, _ = house.settings.cameras
    client = running(FrameClient(endpoint))
    assert client.fetch("yard")
    house.become(porch)
    house.until(lambda: house.of("yard")[-1].state is CameraState.STARTING)
    assert house.of("yard")[-1].detail == "it is not worked on any more"
    with pytest.raises(FrameUnavailableError):
        client.fetch("yard")


def test_a_camera_that_comes_back_counts_as_another_run(house):
    porch, yard = house.settings.cameras
    house.become(porch)
    house.become(porch, yard)
    said = len(house.of("yard"))
    house.until_shown("yard", said + 2)
    runs = list(dict.fromkeys(update.epoch for update in house.of("yard")))
    assert len(runs) == 2
    assert runs[1] > runs[0]


def test_settings_that_are_the_same_change_nothing(house):
    assert change_of(*house.settings.cameras[:1] * 2) is None
