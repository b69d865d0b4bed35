from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.capture.stream_time import JUMP, StreamTime, seconds

NOON = 1_700_000_000.0


def placed(*pairs):
    """Where pictures land, in seconds after NOON: each is (stamp, seconds after NOON when it came)."""
    time = StreamTime()
    return [time.place(stamp, NOON + came) - NOON for stamp, came in pairs]


def test_hiccups_of_the_network_do_not_show():
    assert placed((100.0, 0.0), (100.2, 0.5), (100.4, 0.9), (100.6, 1.0)) == pytest.approx(
        [0.0, 0.2, 0.4, 0.6], abs=0.01
    )


def test_a_first_picture_that_came_late_does_not_make_all_others_late():
    assert placed((100.0, 1.0), (100.2, 0.9), (100.4, 1.0)) == pytest.approx([1.0, 0.9, 1.0], abs=0.2)


def test_without_stamps_the_time_of_arrival_counts():
    assert placed((None, 1.0), (5.0, 2.0), (None, 3.0)) == pytest.approx([1.0, 2.0, 3.0])


@pytest.mark.parametrize("jump", [-(2**33) / 90_000, -3600.0, -2.0, 3.0, 3600.0, 2**33 / 90_000])
def test_after_a_jump_of_the_streams_time_it_goes_on_at_the_wall_clock(jump):
    assert placed((0.0, 0.0), (0.2, 0.2), (0.4 + jump, 0.4), (0.6 + jump, 0.6)) == pytest.approx(
        [0.0, 0.2, 0.4, 0.6]
    )


@pytest.mark.parametrize("drift", [-1e-3, -1e-4, 1e-4, 1e-3])
def test_a_camera_whose_clock_drifts_is_followed_all_day(drift):
    time = StreamTime()
    error = 0.0
    for number in range(15 * 3600):
        came = NOON + number / 15
        error = max(error, came - time.place(number / 15 * (1 + drift), came))
    assert 0 <= error < 0.1


def test_a_wall_clock_that_is_set_is_followed():
    assert placed((0.0, 0.0), (0.2, 3600.2), (0.4, 3600.4), (0.6, 0.6)) == pytest.approx(
        [0.0, 3600.2, 3600.4, 0.6]
    )


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e6)), max_size=50))
def test_no_picture_is_from_the_future_or_long_ago(pairs):
    time = StreamTime()
    for stamp, came in pairs:
        assert came - JUMP - 0.001 <= time.place(stamp, came) <= came + 0.001


@given(st.integers(-(2**63), 2**63), st.builds(Fraction, st.integers(1, 10**6), st.integers(1, 10**6)))
def test_stamps_are_seconds_to_the_last_bit(ticks, unit):
    assert seconds(ticks, unit) == float(ticks * unit)


def test_without_ticks_or_unit_there_is_no_stamp():
    assert (seconds(None, Fraction(1, 90_000)), seconds(5, None), seconds(5, Fraction(0))) == (None,) * 3
