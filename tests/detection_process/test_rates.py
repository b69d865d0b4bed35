import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.detection_process.rates import SlidingRate


def test_ten_things_in_five_seconds_are_two_per_second():
    rate = SlidingRate(0.0, window=5.0)
    for number in range(100):
        rate.add(number * 0.5)
    assert rate.per_second(49.5) == 2.0


def test_in_the_first_seconds_the_rate_is_that_of_the_time_passed():
    rate = SlidingRate(100.0, window=5.0)
    rate.add(100.5)
    rate.add(101.5)
    assert rate.per_second(102.0) == 1.0


def test_a_rate_falls_to_nothing_when_nothing_comes():
    rate = SlidingRate(0.0, window=5.0)
    rate.add(1.0)
    assert rate.per_second(6.0) == 0.0


@given(st.lists(st.floats(0.001, 10)))
def test_a_rate_is_never_negative(gaps):
    rate, now = SlidingRate(0.0), 0.0
    for gap in gaps:
        now += gap
        rate.add(now, 0.1)
        assert rate.per_second(now) == pytest.approx(rate.per_second(now))
        assert rate.per_second(now + 2.5) >= 0.0
