import pytest

from frigate_ext.detection_process.roster import Patience, Roster


@pytest.fixture
def roster():
    roster = Roster(Patience())
    roster.expect(["garage", "attic"], 0.0)
    return roster


def report(roster, name, *times):
    for now in times:
        roster.heard(name, now)


def test_a_node_has_ten_seconds_to_come_after_a_start(roster):
    report(roster, "garage", 9.0)
    assert roster.alive(10.0) == ("garage", "attic")
    assert (roster.alive(10.1), roster.silent(10.1)) == (("garage",), ("attic",))


def test_three_and_a_half_seconds_of_silence_are_death(roster):
    report(roster, "garage", 9.0, 12.0)
    assert "garage" in roster.alive(15.5)
    assert "garage" not in roster.alive(15.6)


def test_one_that_returns_counts_when_it_has_been_heard_for_five_seconds(roster):
    report(roster, "garage", 1.0)
    report(roster, "garage", *range(20, 26))
    assert "garage" not in roster.silent(24.0)
    assert "garage" not in roster.alive(24.9)
    assert "garage" in roster.alive(25.0)


def test_one_that_comes_and_goes_does_not_count(roster):
    report(roster, "garage", 1.0, 20.0, 21.0, 22.0, 30.0, 31.0, 32.0, 33.0)
    assert "garage" not in roster.alive(34.0)


def test_a_short_silence_costs_nothing(roster):
    report(roster, "garage", 1.0, 4.0, 7.0)
    assert "garage" in roster.alive(7.0)


def test_nodes_that_are_no_longer_expected_are_strangers(roster):
    report(roster, "garage", 9.0)
    roster.expect(["garage", "cellar"], 9.0)
    assert not roster.heard("attic", 10.0)
    assert roster.alive(11.0) == ("garage", "cellar")
