"""What the budgets of an hour are counted by."""

import math

from hypothesis import given
from hypothesis import strategies as st

from jobs.history import History


def test_where_nothing_happened_everything_was_infinitely_long_ago():
    assert History().last == -math.inf
    assert History([1.0]).nth_last(2) == -math.inf


def test_the_last_one_is_known_however_old_it_is():
    history = History([5.0, 1.0])
    assert (history.last, history.nth_last(2)) == (5.0, 1.0)
    history.add(1e6)
    assert (history.last, history.nth_last(2)) == (1e6, -math.inf)


def test_what_did_not_happen_after_all_is_forgotten():
    history = History([1.0])
    history.pop()
    history.pop()
    assert history.last == -math.inf


@given(st.lists(st.floats(0.0, 10_000.0)).map(sorted), st.integers(1, 20))
def test_all_of_the_last_hour_is_known(times, n):
    history = History()
    for time in times:
        history.add(time)
    recent = [time for time in times if time >= times[-1] - 3600.0]
    assert history.nth_last(n) == (recent[-n] if n <= len(recent) else -math.inf)
