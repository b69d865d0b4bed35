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


def test_packets_without_pictures_are_undecodable():
    watch = StallWatch(10.0, now=0.0)
    for second in range(11):
        watch.packet(stamp=second, now=second)
    with pytest.raises(StreamError, match="undecodable") as given_up:
        watch.check(now=10.0)
    assert not isinstance(given_up.value, StalledError)
