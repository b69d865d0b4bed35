"""A main stream that is kept: over HTTP beside its small twin, and over RTSP."""

import logging
import time

import pytest

from frigate_ext.capture.keeper import Keeper
from frigate_ext.capture.picture import Scaler
from frigate_ext.capture.rewind import picture_at
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.frame import Frame
from frigate_ext.runtime.clock import Deadline, SystemClock
from tests.capture.clips import CLIP_FRAMES, number_of, numbered_jpeg
from tests.capture.servers import send
from tests.capture.waiting import eventually, next_frame


@pytest.fixture
def keep():
    """Start a keeper of an address, which is wanted for so many seconds."""
    keepers = []

    def start(url, seconds=60.0, patience=30.0, **options):
        keepers.append(Keeper("porch", StreamSettings(url=url, **options), SystemClock(), patience))
        keepers[-1].start()
        keepers[-1].attend(seconds)
        return keepers[-1]

    yield start
    for keeper in keepers:
        keeper.stop()
        assert keeper.join(3.0)


def is_in(keeper, state):
    return keeper.condition.state is state


class AfterPackets(Deadline):
    """Passes when so many packets have been decoded."""

    def __init__(self, packets):
        super().__init__(0.0)
        self.left = packets

    @property
    def passed(self):
        self.left -= 1
        return self.left < 0


def full(keeper, at, deadline=None):
    """The frame that is found of a moment."""
    found = keeper.find(at)
    assert found, "the moment is gone"
    taken = picture_at(at, *found, deadline or Deadline(5.0))
    return Frame("porch", taken.time, *Scaler(None).planes(taken.picture))


def moments(pool, keeper, url, count):
    """So many frames of the small stream, while the large one is kept; the last is 0.3 s old."""
    assert eventually(lambda: is_in(keeper, CameraState.ONLINE), 10.0)
    feed = pool.open("porch", StreamSettings(url=url), lambda: None)
    frames = [next_frame(feed) for _ in range(count)]
    assert eventually(lambda: time.time() > frames[-1].time + 0.3)
    return frames


def test_the_full_picture_shows_the_very_moment_of_the_small_one(pool, keep, twin):
    keeper = keep(twin.large)
    for small in moments(pool, keeper, twin.small, 30)[::7]:
        large = full(keeper, small.time)
        assert large.size == (960, 480)
        assert (number_of(large) - number_of(small)) % CLIP_FRAMES in {CLIP_FRAMES - 1, 0, 1}
        assert abs(large.time - small.time) < 0.06


def test_a_stream_is_opened_only_while_it_is_wanted(keep, twin):
    keeper = keep(twin.large, seconds=0.0)
    asked = twin.requests
    assert not eventually(lambda: twin.requests > asked, 0.2)
    keeper.attend(1.0)
    assert eventually(lambda: is_in(keeper, CameraState.ONLINE), 10.0)
    assert eventually(lambda: is_in(keeper, CameraState.STARTING), 10.0)
    assert keeper.find(time.time()) is None
    keeper.attend(60.0)
    assert eventually(lambda: is_in(keeper, CameraState.ONLINE), 10.0)


def test_a_stream_that_is_cut_is_away_and_comes_back_and_what_was_kept_of_it_stays(keep, twin, caplog):
    caplog.set_level(logging.INFO)
    keeper = keep(twin.large)
    assert eventually(lambda: is_in(keeper, CameraState.ONLINE), 10.0)
    before = time.time()
    assert eventually(lambda: time.time() > before + 0.2)
    twin.is_cut.set()
    assert eventually(lambda: is_in(keeper, CameraState.OFFLINE), 10.0)
    assert number_of(full(keeper, before)) in range(CLIP_FRAMES)
    assert eventually(lambda: "Service Unavailable" in keeper.condition.detail, 10.0)
    twin.is_cut.clear()
    assert eventually(lambda: is_in(keeper, CameraState.ONLINE), 15.0)
    away = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert ["main stream" in record.message for record in away] == [True]


def test_a_stream_whose_key_frames_are_far_apart_is_kept_and_not_opened_anew(keep, twin):
    keeper = keep(twin.large, patience=0.2)  # a key frame comes every 0.4 s
    assert eventually(lambda: is_in(keeper, CameraState.ONLINE), 10.0)
    asked, began = twin.requests, time.time()
    assert eventually(lambda: keeper.find(began + 1.0)[1][-1].time > began + 1.0, 10.0)
    assert twin.requests == asked


def test_a_camera_that_accepts_and_says_nothing_is_away_and_stops_nobody(keep, mute_port):
    keeper = keep(f"rtsp://viewer:hush@127.0.0.1:{mute_port}/main", open_timeout=0.5)
    assert eventually(lambda: is_in(keeper, CameraState.OFFLINE), 10.0)
    assert keeper.condition.detail == "no answer within 0.5 s"
    hanging = keep(f"rtsp://127.0.0.1:{mute_port}/main", open_timeout=60.0)
    hanging.stop()
    assert hanging.join(3.0)


def test_of_a_stream_without_key_frames_of_its_own_each_picture_counts(keep, web_camera):
    jpegs = iter(range(CLIP_FRAMES))

    def answer(handler):
        send(handler, numbered_jpeg(next(jpegs, CLIP_FRAMES - 1)))

    web = web_camera(answer)
    keeper = keep(f"http://{web.host}/snap.jpg", snapshot_interval=0.05)
    assert eventually(lambda: web.requests > 10, 10.0)
    assert number_of(full(keeper, time.time())) in range(8, CLIP_FRAMES)


def test_where_time_is_short_the_last_picture_that_could_be_made_is_given(keep, twin):
    keeper = keep(twin.large)
    assert eventually(lambda: is_in(keeper, CameraState.ONLINE), 10.0)
    began = time.time()
    assert eventually(lambda: time.time() > began + 1.0)
    codec, kept = keeper.find(began + 0.5)
    late = kept[7].time
    first, in_time = number_of(full(keeper, kept[0].time)), number_of(full(keeper, late))
    assert (in_time - first) % CLIP_FRAMES == 7
    cut_short = number_of(full(keeper, late, AfterPackets(4)))
    assert (cut_short - first) % CLIP_FRAMES in {1, 2, 3}
    assert picture_at(late, codec, kept, AfterPackets(0)) is None


@pytest.mark.slow
def test_over_rtsp_pictures_a_second_apart_are_25_apart(keep, rtsp_server):
    keeper = keep(f"{rtsp_server.url}/numbers.mp4?play_count=0")
    assert eventually(lambda: is_in(keeper, CameraState.ONLINE), 10.0)
    began = time.time()
    assert eventually(lambda: time.time() > began + 1.5)
    first, second = full(keeper, began + 0.3), full(keeper, began + 1.3)
    assert (number_of(second) - number_of(first)) % CLIP_FRAMES in range(22, 29)  # a busy server is late
