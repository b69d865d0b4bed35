import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.capture.pace import FpsMeter, Pace, RateGate, Timeline


def admitted(fps: float, times: list[float]) -> int:
    gate = RateGate(fps)
    return sum(gate.admits(time) for time in times)


def test_a_camera_at_25_fps_is_thinned_to_5():
    assert admitted(5, [frame / 25 for frame in range(251)]) == 51


def test_a_camera_as_fast_as_wanted_loses_nothing_to_jitter():
    times = [frame / 10 + (0.02 if frame % 2 else 0.0) for frame in range(100)]
    assert admitted(10, times) == 100


def test_without_a_limit_every_frame_is_wanted():
    gate = RateGate(None)
    assert all(gate.admits(time) for time in (0.0, 0.0, 0.001))


@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=200), st.floats(1, 30))
def test_no_more_frames_pass_than_the_rate_allows(gaps, fps):
    times = [sum(gaps[:n]) for n in range(1, len(gaps) + 1)]
    assert admitted(fps, times) <= (times[-1] - times[0]) * fps + 2.25


def test_playing_waits_until_a_packet_is_due():
    pace = Pace()
    assert pace.delay(stamp=10.0, now=100.0) == 0.0
    assert pace.delay(stamp=10.5, now=100.2) == pytest.approx(0.3)


def test_a_player_a_little_late_catches_up_and_one_very_late_goes_on_from_here():
    pace = Pace()
    pace.delay(stamp=0.0, now=0.0)
    assert pace.delay(stamp=0.5, now=1.0) == 0.0
    assert pace.delay(stamp=1.5, now=1.2) == pytest.approx(0.3)
    assert pace.delay(stamp=2.0, now=60.0) == 0.0
    assert pace.delay(stamp=2.5, now=60.0) == pytest.approx(0.5)


def test_a_leap_in_a_files_stamps_stops_nobody():
    pace = Pace()
    pace.delay(stamp=0.0, now=0.0)
    assert pace.delay(stamp=86400.0, now=0.1) == 0.0
    assert pace.delay(stamp=86400.5, now=0.1) == pytest.approx(0.5)


def test_time_goes_on_evenly_when_a_file_begins_again():
    timeline = Timeline(step=0.5)
    first = [timeline.place(stamp) for stamp in (7.0, 7.5, None)]
    timeline.rewind()
    second = [timeline.place(stamp) for stamp in (7.0, 7.5)]
    assert first + second == [0.0, 0.5, 1.0, 1.5, 2.0]


def test_the_rate_is_that_of_the_last_five_seconds():
    meter = FpsMeter()
    for frame in range(100):
        meter.tick(frame / 10)
    assert meter.fps(now=10.0) == pytest.approx(10.0, rel=0.05)
    assert meter.fps(now=20.0) == 0.0


def test_the_first_frame_and_the_first_after_a_gap_are_wanted_at_once_but_not_the_next():
    gate = RateGate(5)
    assert [gate.admits(time) for time in (1000.0, 1000.04, 1000.2)] == [True, False, True]
    assert [gate.admits(time) for time in (1060.0, 1060.04, 1060.2)] == [True, False, True]
