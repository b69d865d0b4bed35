import os
import threading
from contextlib import contextmanager
from itertools import pairwise

import pytest

from frigate_ext.capture.pool import CapturePool
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Size
from frigate_ext.errors import StreamError
from tests.capture.clips import CLIP_FRAMES, number_of
from tests.capture.waiting import eventually, next_frame


def collect(pool, settings, count):
    """Take frames as a detection loop does, woken by `on_frame`."""
    woken = threading.Event()
    feed = pool.open("front", settings, woken.set)
    frames = []
    while len(frames) < count:
        assert woken.wait(5.0), feed.status()
        woken.clear()
        if frame := feed.take():
            frames.append(frame)
    return feed, frames


def test_a_looped_file_plays_in_order_and_begins_again(pool, clip):
    _, frames = collect(pool, StreamSettings(url=str(clip), loop=True), count=CLIP_FRAMES + 10)
    numbers = [number_of(frame) for frame in frames]
    steps = {(after - before) % CLIP_FRAMES for before, after in pairwise(numbers)}
    assert steps <= {1, 2, 3}
    assert numbers[-1] < numbers[0] + CLIP_FRAMES


def test_a_file_runs_at_its_own_pace_and_time_never_runs_backwards(pool, clip):
    _, frames = collect(pool, StreamSettings(url=f"file://{clip}", loop=True), count=50)
    times = [frame.time for frame in frames]
    assert times == sorted(times)
    assert times[-1] - times[0] == pytest.approx(49 / 25, rel=0.25)


def test_frames_come_at_the_size_and_rate_that_is_wanted(pool, clip):
    settings = StreamSettings(url=str(clip), loop=True, size=Size(120, 60), max_fps=5)
    feed, frames = collect(pool, settings, count=6)
    assert {frame.size for frame in frames} == {Size(120, 60)}
    assert frames[-1].time - frames[0].time == pytest.approx(1.0, abs=0.2)
    assert feed.status().size == Size(240, 120)
    assert feed.status().fps == pytest.approx(5.0, abs=1.0)


def test_newest_wins_and_what_nobody_took_is_counted(pool, clip):
    feed = pool.open("front", StreamSettings(url=str(clip), loop=True), lambda: None)
    assert eventually(lambda: feed.status().frames >= 10)
    taken = next_frame(feed)
    assert number_of(taken) >= 9
    assert feed.status().skipped >= 9


def test_a_file_that_is_not_looped_ends_and_says_so(pool, clip):
    feed = pool.open("front", StreamSettings(url=str(clip)), lambda: None)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)
    assert feed.status().detail == "the stream has ended"
    assert number_of(next_frame(feed)) == CLIP_FRAMES - 1


@pytest.mark.parametrize("content, reason", [(None, "no such file"), (b"not a video" * 100, "Invalid data")])
def test_a_file_that_cannot_be_played_is_offline_with_the_reason(pool, tmp_path, content, reason):
    path = tmp_path / "broken.mp4"
    if content:
        path.write_bytes(content)
    feed = pool.open("front", StreamSettings(url=str(path)), lambda: None)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)
    assert reason in feed.status().detail


def test_a_pipe_that_nobody_writes_to_blocks_nothing(pool, tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    feed = pool.open("front", StreamSettings(url=str(tmp_path / "pipe.mp4")), lambda: None)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)


@pytest.mark.parametrize("field", ["max_fps", "snapshot_interval", "open_timeout", "stall_timeout"])
def test_rates_and_times_are_positive(clip, field):
    with pytest.raises(ValueError, match="must be positive"):
        StreamSettings(url=str(clip), **{field: 0.0})


def test_a_playlist_cannot_make_us_read_the_network(pool, tmp_path, web_camera):
    web = web_camera(lambda handler: None)
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://{web.host}/a.ts\n#EXT-X-ENDLIST\n"
    )
    feed = pool.open("front", StreamSettings(url=str(playlist)), lambda: None)
    assert eventually(lambda: feed.status().state is CameraState.OFFLINE)
    assert web.requests == 0


def test_cameras_that_share_a_stream_get_their_own_frames(pool, clip):
    front = pool.open("front", StreamSettings(url=str(clip), loop=True), lambda: None)
    small = pool.open("small", StreamSettings(url=str(clip), loop=True, size=Size(60, 30)), lambda: None)
    assert (next_frame(front).camera, next_frame(small).camera) == ("front", "small")
    assert next_frame(small).size == Size(60, 30)
    front.close()
    front.close()
    assert eventually(lambda: front.take() is None)
    assert next_frame(small).camera == "small"


def test_the_last_camera_to_leave_ends_the_reader(pool, clip):
    feed = pool.open("front", StreamSettings(url=str(clip), loop=True), lambda: None)
    next_frame(feed)
    feed.close()
    assert pool.join(2.0)
    frames = feed.status().frames
    again = pool.open("front", StreamSettings(url=str(clip), loop=True), lambda: None)
    next_frame(again)
    assert feed.status().frames == frames


def test_native_decoding_is_marked_for_every_camera_of_the_stream(clip):
    marks = []

    @contextmanager
    def guard(camera):
        marks.append(f"+{camera}")
        yield
        marks.append(f"-{camera}")

    pool = CapturePool(guard=guard)
    front = pool.open("front", StreamSettings(url=str(clip), loop=True), lambda: None)
    back = pool.open("back", StreamSettings(url=str(clip), loop=True), lambda: None)
    next_frame(front)
    next_frame(back)
    pool.stop()
    assert pool.join(2.0)
    assert marks[-4:] == ["+front", "+back", "-back", "-front"]


def test_a_callback_that_raises_costs_only_its_own_stream(pool, clip, tmp_path):
    other = tmp_path / "other.mp4"
    other.write_bytes(clip.read_bytes())

    def broken():
        raise ZeroDivisionError

    bad = pool.open("bad", StreamSettings(url=str(clip), loop=True), broken)
    good = pool.open("good", StreamSettings(url=str(other), loop=True), lambda: None)
    assert eventually(lambda: bad.status().state is CameraState.OFFLINE)
    assert bad.status().detail == "internal error (ZeroDivisionError)"
    next_frame(good)
    assert good.status().state is CameraState.ONLINE


def test_a_refused_address_starts_nothing(pool):
    with pytest.raises(ValueError, match="not supported"):
        pool.open("front", StreamSettings(url="exec:id"), lambda: None)


def test_nothing_opens_once_capture_has_stopped(pool, clip):
    pool.stop()
    with pytest.raises(StreamError, match="stopped"):
        pool.open("front", StreamSettings(url=str(clip)), lambda: None)
