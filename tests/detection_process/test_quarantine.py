import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.detection_process.quarantine import Quarantine


@pytest.fixture
def quarantine():
    return Quarantine(crashes=3, window=600.0, duration=600.0)


def crash(quarantine, *times):
    for now in times:
        quarantine.crashed({"bad"}, now)


def test_two_crashes_are_forgiven(quarantine):
    crash(quarantine, 0.0, 1.0)
    assert quarantine.held(1.0) == {}


def test_the_third_crash_within_ten_minutes_holds_the_camera_for_ten(quarantine):
    crash(quarantine, 0.0, 300.0)
    assert quarantine.crashed({"bad"}, 599.0) == {"bad"}
    assert quarantine.held(600.0) == {"bad": 599.0}
    assert quarantine.held(1199.0) == {}


def test_crashes_further_apart_than_ten_minutes_never_add_up(quarantine):
    crash(quarantine, 0.0, 400.0, 700.0, 1100.0, 1400.0)
    assert quarantine.held(1400.0) == {}


def test_on_probation_one_crash_is_enough(quarantine):
    crash(quarantine, 0.0, 1.0, 2.0)
    assert quarantine.held(602.0) == {}
    crash(quarantine, 700.0)
    assert quarantine.held(700.0) == {"bad": 600.0}


def test_after_probation_it_takes_three_crashes_again(quarantine):
    crash(quarantine, 0.0, 1.0, 2.0)
    crash(quarantine, 1202.0, 1203.0)
    assert quarantine.held(1203.0) == {}
    crash(quarantine, 1204.0)
    assert quarantine.held(1204.0) == {"bad": 600.0}


def test_only_the_suspects_are_held(quarantine):
    for now, suspects in enumerate([{"bad", "good"}, {"bad"}, {"bad", "other"}]):
        quarantine.crashed(suspects, float(now))
    assert set(quarantine.held(3.0)) == {"bad"}


def test_one_that_is_convicted_is_held_at_once_and_then_on_probation(quarantine):
    crash(quarantine, 0.0)
    quarantine.convict("bad", 1.0)
    assert quarantine.held(1.0) == {"bad": 600.0}
    assert quarantine.held(602.0) == {}
    crash(quarantine, 700.0)
    assert quarantine.held(700.0) == {"bad": 600.0}


def test_a_crash_without_suspects_changes_nothing(quarantine):
    assert quarantine.crashed(set(), 0.0) == frozenset()


@given(st.lists(st.floats(0, 300), max_size=30))
def test_nobody_is_held_before_the_third_crash_nor_longer_than_the_duration(gaps):
    quarantine, now = Quarantine(), 0.0
    for number, gap in enumerate(gaps):
        now += gap
        quarantine.crashed({"bad"}, now)
        assert number >= 2 or not quarantine.held(now)
    assert not quarantine.held(now + 600.0)


def test_caution_lasts_for_a_window_after_the_last_crash():
    quarantine = Quarantine(crashes=3, window=600.0)
    assert quarantine.caution(1000.0) == 0.0
    quarantine.crashed(["porch", "yard"], 1000.0)
    quarantine.crashed(["porch"], 1100.0)
    assert quarantine.caution(1100.0) == 600.0
    assert quarantine.caution(1600.0) == 100.0
    assert quarantine.caution(2000.0) == 0.0
