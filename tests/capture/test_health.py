from frigate_ext.capture.failure import StalledError
from frigate_ext.capture.health import StreamHealth
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Size
from frigate_ext.errors import StreamError

SIZE = Size(640, 360)


def test_a_stream_is_starting_until_its_first_picture():
    health = StreamHealth(patience=10.0)
    assert health.condition(now=60.0).state is CameraState.STARTING
    assert health.picture(SIZE, now=61.0)
    assert health.condition(now=61.0) == (CameraState.ONLINE, "", 0, 0, 0, SIZE, "")


def test_a_failed_first_open_is_offline_with_the_reason():
    health = StreamHealth(patience=10.0)
    assert health.lost(StreamError("Connection refused"), now=1.0) == 0.0
    assert health.condition(now=1.0)[:2] == (CameraState.OFFLINE, "Connection refused")


def test_a_stall_lasts_until_pictures_come_again_and_coming_back_is_counted():
    health = StreamHealth(patience=10.0)
    health.picture(SIZE, now=0.0)
    assert health.lost(StalledError("no data for 10 s"), now=42.0) == 42.0
    assert health.condition(now=50.0)[:2] == (CameraState.STALLED, "no data for 10 s")
    assert health.picture(SIZE, now=51.0)
    assert not health.picture(SIZE, now=52.0)
    assert health.condition(now=52.0) == (CameraState.ONLINE, "", 1, 1, 1, SIZE, "")


def test_a_reader_stuck_in_native_code_shows_as_stalled():
    health = StreamHealth(patience=10.0)
    health.picture(SIZE, now=0.0)
    health.alive(now=5.0)
    assert health.condition(now=17.0).state is CameraState.ONLINE
    assert health.condition(now=19.0)[:2] == (CameraState.STALLED, "no sign of life for 14 s")


def test_a_stream_that_hesitates_stalls_once_whether_it_goes_on_or_not():
    health = StreamHealth(patience=10.0, usual_gap=2.0)
    health.picture(SIZE, now=0.0)
    health.alive(now=2.0)
    assert health.condition(now=2.0).stalls_last_hour == 0
    assert [health.condition(now=now).stalls_last_hour for now in (4.0, 4.5, 9.0)] == [0, 1, 1]
    health.alive(now=9.0)
    assert health.condition(now=9.0).stalls_last_hour == 1
    health.lost(StreamError("Connection reset"), now=12.0)
    assert health.condition(now=60.0).stalls_last_hour == 2


def test_what_was_an_hour_ago_is_forgotten():
    health = StreamHealth(patience=10.0)
    for now in (0.0, 100.0, 200.0):
        health.picture(SIZE, now)
        health.lost(StreamError("Connection reset"), now + 1.0)
    assert [health.condition(now).reconnects_last_hour for now in (300.0, 3700.0, 3800.0)] == [2, 1, 0]
    assert health.condition(3800.0).reconnects == 2
