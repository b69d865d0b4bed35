from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.capture.backoff import Backoff

BACKOFF = Backoff(first=1.0, cap=15.0, healthy=10.0)


def test_delays_double_up_to_the_cap():
    assert [BACKOFF.delay(failures, jitter=1.0) for failures in range(1, 7)] == [1, 2, 4, 8, 15, 15]


def test_jitter_takes_off_up_to_a_half():
    assert BACKOFF.delay(3, jitter=0.0) == 2.0
    assert BACKOFF.delay(3, jitter=0.5) == 3.0


@given(failures=st.integers(1, 10**6), jitter=st.floats(0, 1))
def test_a_delay_is_never_zero_nor_above_the_cap(failures, jitter):
    assert 0.5 <= BACKOFF.delay(failures, jitter) <= 15.0


def test_a_stream_that_ran_well_starts_afresh_and_one_that_flaps_does_not():
    assert BACKOFF.failures(before=5, ran_for=10.0) == 1
    assert BACKOFF.failures(before=5, ran_for=9.9) == 6
