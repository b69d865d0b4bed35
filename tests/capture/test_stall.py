import pytest

from frigate_ext.capture.failure import StalledError
from frigate_ext.capture.stall import StallWatch
from frigate_ext.errors import StreamError


def test_a_still_scene_is_no_stall():
    watch = StallWatch(10.0, now=0.0)
    for second in range(60):
        watch.packet(stamp=second * 90_000, now=second)
        watch.picture(now=second)
        watch.check(now=second)


def test_packets_whose_stamp_never_moves_are_a_stall():
    watch = StallWatch(10.0, now=0.0)
    for second in range(11):
        watch.packet(stamp=0, now=second)
        watch.picture(now=second)
    watch.check(now=9.9)
    with pytest.raises(StalledError, match="stood still for 10 s"):
        watch.check(now=10.0)


def test_streams_without_stamps_live_by_their_packets():
    watch = StallWatch(10.0, now=0.0)
    for second in range(30):
        watch.packet(stamp=None, now=second)
        watch.picture(now=second)
        watch.check(now=second)


def test_key_frames_without_pictures_are_undecodable():
    watch = StallWatch(10.0, now=0.0, keyless=30.0)
    watch.picture(now=1.0)
    for second in (2, 4, 6, 8, 10, 12):
        watch.packet(stamp=second, now=second)
        watch.key_frame(now=second)
    watch.check(now=11.9)
    with pytest.raises(StreamError, match="undecodable: no picture for 10 s") as given_up:
        watch.check(now=12.0)
    assert not isinstance(given_up.value, StalledError)
    assert watch.is_owed


def test_a_key_frame_may_be_further_away_than_a_picture():
    watch = StallWatch(10.0, now=0.0, keyless=30.0)
    for second in range(31):
        watch.packet(stamp=second, now=second)
    watch.check(now=29.9)
    with pytest.raises(StreamError, match="undecodable: no key frame for 30 s"):
        watch.check(now=30.0)
    assert not watch.is_owed
