"""When a provider that fails is asked again."""

from hypothesis import given
from hypothesis import strategies as st

from genai.breaker import CAP, FIRST, Breaker


def breaker() -> Breaker:
    return Breaker(jitter=lambda: 1.0)


def opened(at: float = 100.0) -> Breaker:
    it = breaker()
    it.failed(at)
    it.failed(at)
    return it


def test_one_failure_opens_nothing_and_a_second_in_a_row_does():
    it = breaker()
    it.failed(100.0)
    assert it.admits(100.0)
    it.failed(100.0)
    assert not it.admits(100.0)
    assert it.wait(100.5) == FIRST - 0.5


def test_when_the_time_is_over_one_look_finds_out_for_all():
    it = opened()
    assert it.admits(100.0 + FIRST)
    assert not it.admits(100.0 + FIRST)
    it.succeeded()
    assert it.admits(100.0 + FIRST)
    assert it.admits(100.0 + FIRST)


def test_a_probe_that_fails_doubles_the_time():
    it = opened()
    it.admits(102.0)
    it.failed(102.0)
    assert it.wait(102.0) == 2 * FIRST


def test_a_probe_that_learns_nothing_leaves_the_next_one_to_find_out():
    it = opened()
    it.admits(102.0)
    it.released()
    assert it.admits(102.0)


def test_looks_that_were_under_way_when_it_opened_do_not_lengthen_it():
    it = opened()
    for _ in range(10):
        it.failed(100.1)
    assert it.wait(100.0) == FIRST


def test_who_asks_to_be_left_alone_is_from_the_first_failure_on():
    it = breaker()
    it.failed(100.0, at_least=30.0)
    assert it.wait(100.0) == 30.0
    assert not it.admits(129.9)
    assert it.admits(130.0)


def test_successes_between_failures_keep_it_closed():
    it = breaker()
    for at in range(10):
        it.failed(float(at))
        it.succeeded()
    assert it.admits(10.0)


@given(st.integers(min_value=0, max_value=200))
def test_a_provider_that_is_back_is_noticed_within_the_cap(failures):
    it, now = opened(), 100.0
    for _ in range(failures):
        now += it.wait(now)
        assert it.admits(now)
        it.failed(now)
    assert FIRST <= it.wait(now) <= CAP


@given(st.lists(st.sampled_from(["ask", "fail", "succeed", "release", "wait"]), max_size=60))
def test_whatever_happens_at_most_one_probe_is_out_while_the_circuit_is_not_closed(steps):
    it, now, probes = opened(), 100.0, 0
    for step in steps:
        match step:
            case "ask" if it._open_until is not None:
                probes += it.admits(now)
            case "fail" if probes:
                it.failed(now)
                probes = 0
            case "succeed" if probes:
                it.succeeded()
                it.failed(now)
                it.failed(now)
                probes = 0
            case "release" if probes:
                it.released()
                probes = 0
            case "wait":
                now += 7.0
        assert probes <= 1
