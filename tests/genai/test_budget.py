"""How many looks and tokens there are to spend."""

from hypothesis import given
from hypothesis import strategies as st

from genai.budget import DAY, HOUR, MINUTE, Budget, BudgetLimits, Window

NOON = 43_200.0


def test_as_many_as_allowed_can_be_spent_and_the_next_must_wait():
    window = Window(MINUTE, 3)
    for _ in range(3):
        assert window.wait(NOON) == 0.0
        window.spend(NOON, 1)
    assert window.wait(NOON) == 61.0
    assert window.wait(NOON + 60.0) == 1.0
    assert window.wait(NOON + 61.0) == 0.0


def test_what_is_given_back_can_be_spent_again():
    window = Window(HOUR, 1)
    window.spend(NOON, 1)
    window.spend(NOON, -1)
    assert window.wait(NOON) == 0.0


def test_who_overspends_waits_until_enough_of_it_is_forgotten():
    window = Window(HOUR, 10)
    window.spend(NOON, 5)
    window.spend(NOON + 600.0, 50)
    assert window.wait(NOON + 600.0) == HOUR + MINUTE


@given(
    st.integers(min_value=1, max_value=5),
    st.lists(st.floats(min_value=0.0, max_value=40.0), max_size=80),
)
def test_no_minute_ever_holds_more_than_allowed(limit, pauses):
    window, now, spent = Window(MINUTE, limit), NOON, []
    for pause in pauses:
        now += pause
        if window.wait(now) == 0.0:
            window.spend(now, 1)
            spent.append(now)
    for first in spent:
        assert sum(first <= at < first + MINUTE for at in spent) <= limit


@given(st.lists(st.floats(min_value=0.0, max_value=5_000.0), min_size=1, max_size=60))
def test_whoever_waits_as_long_as_told_can_spend(pauses):
    window, now = Window(HOUR, 4), NOON
    for pause in pauses:
        now += pause
        now += window.wait(now)
        assert window.wait(now) <= 1e-6
        window.spend(now, 1)


@given(st.lists(st.tuples(st.floats(0.0, 200.0), st.integers(-3, 5)), max_size=40))
def test_what_is_counted_is_what_was_spent_and_not_given_back_in_the_window(steps):
    window, now, spent = Window(60.0, 10), 0.0, {}
    for pause, amount in steps:
        now += pause
        window.spend(now, amount)
        second = now // 1.0
        spent[second] = max(0, spent.get(second, 0) + amount)
        spent = {start: one for start, one in spent.items() if start + 61.0 > now}
        assert window.usage(now).used == sum(spent.values())


def test_a_window_takes_little_memory_however_much_is_spent():
    window = Window(DAY, 10**9)
    for second in range(0, 3 * int(DAY), 20):
        window.spend(NOON + second, 1)
    assert len(window._parts) <= 61


def test_the_longest_wait_is_the_one_told():
    budget = Budget(BudgetLimits(looks_per_minute=1, looks_per_hour=2))
    budget.spend_look(NOON)
    assert budget.shortage(NOON).what == "1 looks per minute"
    budget.spend_look(NOON)
    assert budget.shortage(NOON).what == "2 looks per hour"
    assert budget.shortage(NOON).wait == HOUR + MINUTE


def test_tokens_are_spent_by_the_look_that_exceeds_them():
    budget = Budget(BudgetLimits(tokens_per_day=1000))
    budget.spend_tokens(NOON, 999)
    assert budget.shortage(NOON) is None
    budget.spend_tokens(NOON, 500)
    assert budget.shortage(NOON).what == "1000 tokens per day"


def test_without_limits_there_is_always_a_look():
    budget = Budget(BudgetLimits())
    for _ in range(100):
        budget.spend_look(NOON)
        budget.spend_tokens(NOON, 10**9)
    assert budget.shortage(NOON) is None
