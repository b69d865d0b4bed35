"""What jobs are shown, over a real bus with the frames of a camera."""

import threading
import time
from contextlib import ExitStack

import numpy as np
import pytest

from frigate_ext.bus.broker import Broker
from frigate_ext.bus.frames import FrameClient, FrameServer
from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.ring import FrameRing
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.frame import Frame, FrameKey
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.look import LookReason
from frigate_ext.domain.watch import Pictures
from frigate_ext.errors import FrameUnavailableError
from genai.judge import Part
from jobs.plan import Ask
from jobs.sight import Sight
from jobs.trigger import EdgeDetector

HD = Size(1280, 720)
FAR = Box(600, 300, 630, 360)
TILE = Pictures(moments=4, draw=True)
CAMERAS = {"door": Camera("door", "Door", ("person",), ())}


def frame(seq):
    half = np.full((360, 640), 128, np.uint8)
    return Frame("door", 100.0 + seq, np.full((720, 1280), 10 * seq, np.uint8), half, half, full_range=True)


@pytest.fixture
def server(tmp_path):
    """A detection process's answers: ten seconds of a frame a second, the last of seq 10."""
    ring = FrameRing(30.0, 1 << 26)
    for seq in range(1, 11):
        ring.put(FrameKey("door", 1, seq), frame(seq))
    return FrameServer(f"ipc://{tmp_path}/bus", 1, {"door": ring})


@pytest.fixture
def sight(tmp_path, server):
    endpoint = f"ipc://{tmp_path}/bus"
    client = FrameClient(endpoint)
    with ExitStack() as parts:
        for worker in (Broker(endpoint), server, client):
            worker.start()
            parts.callback(worker.join, 5.0)
            parts.callback(worker.stop)
        deadline = time.monotonic() + 5.0
        while client.request("door", height=10).exception(5.0):
            assert time.monotonic() < deadline
            threading.Event().wait(0.01)
        yield Sight(client, LatestUpdates(), CAMERAS)


@pytest.fixture
def edge(message, person):
    """Somebody far away appears in frame 9."""
    (edge,) = EdgeDetector().step(message(9, person(box=FAR), size=HD))
    return edge


def test_a_look_at_an_edge_shows_its_own_frame_with_what_went_before_and_a_close_up(sight, edge, watch):
    view = sight.view("door", Ask(LookReason.TRIGGER, edge))
    (tile,) = sight.pictures(watch(pictures=TILE), view)
    assert tile.key == FrameKey("door", 1, 9)
    assert tile.parts == (Part(105.0), Part(107.0), Part(109.0, close_up=True), Part(109.0))
    assert tile.outlined
    assert tile.size.height <= 480


def test_without_a_tile_they_are_several_pictures_the_judged_one_last(sight, edge, watch):
    view = sight.view("door", Ask(LookReason.TRIGGER, edge))
    images = sight.pictures(watch(pictures=Pictures(moments=4, tile=False)), view)
    assert [image.frame_time for image in images] == [105.0, 107.0, 109.0, 109.0]
    assert [bool(image.parts) for image in images] == [False, False, True, False]
    assert max(image.size.height for image in images) == 480


@pytest.mark.parametrize("pictures, encodings", [(TILE, 1), (Pictures(moments=4, tile=False), 4)])
def test_jobs_that_ask_about_the_same_frame_share_every_encoding(
    sight, server, edge, watch, pictures, encodings
):
    before = server.counts.encoded
    watches = [watch(condition=f"a person ({n})", pictures=pictures) for n in range(32)]
    for each in watches:
        sight.pin(each, edge)
    view = sight.view("door", Ask(LookReason.TRIGGER, edge))
    shown = {sight.pictures(each, view) for each in watches}
    assert len(shown) == 1
    assert server.counts.encoded - before == encodings
    assert server.counts.reused == 0


def test_what_was_pinned_is_shown_after_the_camera_has_forgotten_it(sight, server, edge, watch):
    one = watch(pictures=TILE)
    view = sight.view("door", Ask(LookReason.TRIGGER, edge))
    sight.pin(one, edge)
    before = sight.pictures(one, view)
    server.stop()
    server.join(5.0)
    assert sight.pictures(one, view) == before


def test_somebody_who_has_left_is_shown_by_no_close_up(sight, message, person, watch):
    detector = EdgeDetector()
    detector.step(message(8, person(box=FAR), size=HD))
    (gone,) = detector.step(message(9, size=HD))
    (image,) = sight.pictures(watch(), sight.view("door", Ask(LookReason.TRIGGER, gone)))
    assert image.parts == ()


def test_a_frame_that_was_never_kept_is_an_error(sight, message, person, watch):
    (edge,) = EdgeDetector().step(message(99, person()))
    with pytest.raises(FrameUnavailableError, match="gone"):
        sight.pictures(watch(), sight.view("door", Ask(LookReason.TRIGGER, edge)))
