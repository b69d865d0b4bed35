import pytest

from frigate_ext.errors import TooManyAttemptsError
from frigate_ext.runtime.clock import ManualClock
from web import attempts
from web.attempts import Attempts, Rate, neighbourhood


@pytest.fixture
def clock():
    return ManualClock()


def wait_of(counted, *payers):
    with pytest.raises(TooManyAttemptsError) as refusal:
        counted.charge(*payers)
    return refusal.value.retry_after


def test_after_so_many_failures_one_has_to_wait_for_the_end_of_the_window(clock):
    counted = Attempts([Rate(2, 60.0)], clock)
    counted.charge("anna")
    clock.advance(20)
    counted.charge("anna")
    assert wait_of(counted, "anna") == 40.0
    counted.charge("granny")
    clock.advance(40)
    counted.charge("anna")


def test_refused_attempts_do_not_prolong_the_wait(clock):
    counted = Attempts([Rate(1, 60.0)], clock)
    counted.charge("anna")
    clock.advance(59)
    assert wait_of(counted, "anna") == 1.0
    clock.advance(1)
    counted.charge("anna")


def test_the_longest_of_several_rates_decides(clock):
    counted = Attempts([Rate(1, 60.0), Rate(2, 3600.0)], clock)
    counted.charge("anna")
    clock.advance(60)
    counted.charge("anna")
    assert wait_of(counted, "anna") == 3540.0


def test_success_takes_the_charge_back(clock):
    counted = Attempts([Rate(2, 60.0)], clock)
    for _ in range(10):
        counted.charge("anna", "here")
        counted.refund("anna", "here")
    counted.charge("anna", "here")
    counted.charge("anna", "here")
    assert wait_of(counted, "here") == 60.0


def test_one_payer_who_has_had_enough_holds_up_the_attempt_and_charges_no_other(clock):
    counted = Attempts([Rate(1, 60.0)], clock)
    counted.charge("here")
    assert wait_of(counted, "here", "anna") == 60.0
    counted.charge("anna")


def test_memory_is_bounded_and_forgets_the_quietest(clock, monkeypatch):
    monkeypatch.setattr(attempts, "MAX_REMEMBERED", 3)
    counted = Attempts([Rate(2, 60.0)], clock)
    for name in "abac":
        counted.charge(name)
    counted.charge("d")
    assert len(counted._windows) == 3
    assert wait_of(counted, "a") == 60.0


@pytest.mark.parametrize(
    "address, expected",
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_ipv6_subscriber_is_one_guesser_whatever_address_they_take(address, expected):
    assert neighbourhood(address) == expected
