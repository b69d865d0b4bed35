"""Full pictures over a real bus, of a camera with two streams."""

import time
from contextlib import closing
from dataclasses import replace

import pytest
import simplejpeg

from frigate_ext.bus.broker import Broker
from frigate_ext.bus.frames import FrameClient
from frigate_ext.bus.schema import FrameRequest, main_stream
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.detection_process.main_streams import MainStreams
from frigate_ext.detection_process.marks import CrashMarks
from frigate_ext.domain.camera import CameraState
from frigate_ext.errors import FrameUnavailableError
from tests.capture.clips import write_clip
from tests.capture.twin import TwinCamera


@pytest.fixture
def twin(tmp_path):
    clip = write_clip(tmp_path / "clip.mp4")
    with closing(TwinCamera(clip, tmp_path, small=(240, 120), large=(1280, 640))) as twin:
        yield twin


@pytest.fixture
def ask(endpoint, running):
    """Ask for the main stream of a camera; waits."""
    running(Broker(endpoint))
    client = running(FrameClient(endpoint))

    def ask(camera="porch", at=None, attend=60.0):
        moments = 0 if at is None else 1
        wanted = FrameRequest(
            id=0, camera=main_stream(camera), at=at, moments=moments, attend=attend, height=4320
        )
        return client.ask(wanted, timeout=5.0).result(6.0)

    return ask


def problem(ask, *args, **options):
    try:
        ask(*args, **options)
    except FrameUnavailableError as error:
        return str(error)
    return ""


@pytest.fixture
def streams(settings_for):
    with closing(MainStreams(settings_for("porch"), CrashMarks())) as streams:
        yield streams


def cameras(settings_for, url, *names):
    made = settings_for(*names).cameras
    return tuple(replace(camera, main=StreamSettings(url=url, open_timeout=1.0)) for camera in made)


def test_the_full_picture_of_a_moment_comes_whole_and_says_its_time(
    ask, streams, settings_for, twin, wait_until
):
    streams.become(cameras(settings_for, twin.large, "porch"))
    wait_until(lambda: not problem(ask))
    wait_until(lambda: not problem(ask, at=time.time()))
    at = time.time()
    streams.hold("porch", at)
    streams.hold("garage", at)
    wait_until(lambda: time.time() > at + 0.3)
    (picture,) = ask(at=at)
    assert simplejpeg.decode_jpeg_header(picture.jpeg)[:2] == (640, 1280)
    assert (picture.size, picture.frame_size) == ((1280, 640), (1280, 640))
    assert picture.frame_time == pytest.approx(at, abs=0.06)
    for far in (-60, 60):
        assert "gone: the nearest is" in problem(ask, at=at + far)


def test_a_main_stream_that_is_away_says_so_until_it_is_back(ask, streams, settings_for, twin, wait_until):
    twin.is_cut.set()
    streams.become(cameras(settings_for, twin.large, "porch"))
    wait_until(lambda: problem(ask) == "503 Service Unavailable")
    twin.is_cut.clear()
    wait_until(lambda: not problem(ask))


def test_cameras_come_and_go_and_one_without_a_main_stream_has_no_full_pictures(
    ask, streams, settings_for, twin, wait_until
):
    porch, yard = cameras(settings_for, twin.large, "porch", "yard")
    streams.become((porch, replace(yard, main=None)))
    wait_until(lambda: not problem(ask))
    assert "no detection process" in problem(ask, "yard")
    keeper = streams._keepers["porch"]
    streams.become((porch, yard))
    wait_until(lambda: not problem(ask, "yard"))
    assert streams._keepers["porch"] is keeper
    streams.become((replace(porch, main=None), yard))
    assert keeper.join(5.0)
    assert "no detection process" in problem(ask)


def test_pictures_that_are_given_up_are_not_made_until_their_time_is_over(
    ask, streams, settings_for, twin, wait_until
):
    porch, yard = cameras(settings_for, twin.large, "porch", "yard")
    streams.become((porch, yard), {"porch": time.monotonic() + 600.0})
    wait_until(lambda: not problem(ask, "yard"))
    for at in (None, time.time()):
        why = "given up for 10 min: the detection process crashed or hung making them"
        assert problem(ask, at=at) == why
    assert streams._keepers["porch"].condition.state is CameraState.STARTING, "nobody wants it"
    streams.become((porch, yard), {"porch": time.monotonic() - 0.1})
    assert not problem(ask)


def test_without_any_main_stream_nothing_runs(ask, streams, settings_for):
    streams.become(settings_for("porch", "yard").cameras)
    streams.hold("porch", time.time())
    assert (streams._server, streams._keepers) == (None, {})
    assert "no detection process" in problem(ask)
