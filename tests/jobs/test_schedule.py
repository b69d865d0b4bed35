"""Weekly windows in local time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.watch import Window
from jobs.schedule import is_open, next_change, zone_of

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = frozenset(range(7))
OFFICE = Window(frozenset(range(5)), 9 * 60, 17 * 60)
FRIDAY_NIGHT = Window(frozenset({4}), 22 * 60, 6 * 60)
NIGHT_SHIFT = Window(EVERY_DAY, 1 * 60, 5 * 60)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


@pytest.mark.parametrize(
    "window,when,expected",
    [
        (OFFICE, "2026-11-16 09:00", True),  # a Monday
        (OFFICE, "2026-11-16 08:59", False),
        (OFFICE, "2026-11-16 17:00", False),
        (OFFICE, "2026-11-21 12:00", False),  # a Saturday
        (FRIDAY_NIGHT, "2026-11-20 23:00", True),
        (FRIDAY_NIGHT, "2026-11-21 05:59", True),  # Saturday morning still belongs to Friday's night
        (FRIDAY_NIGHT, "2026-11-21 06:00", False),
        (FRIDAY_NIGHT, "2026-11-21 23:00", False),
        (Window(EVERY_DAY, 0, 24 * 60), "2026-11-21 23:59", True),
    ],
)
def test_a_window_holds_its_hours(window, when, expected):
    assert is_open([window], at(when), BERLIN) is expected


def test_no_windows_means_always():
    assert is_open([], at("2026-11-16 03:00"), BERLIN)
    assert next_change([], at("2026-11-16 03:00"), BERLIN) is None


def test_the_next_change_is_the_opening_or_the_closing():
    assert next_change([OFFICE], at("2026-11-20 18:00"), BERLIN) == at("2026-11-23 09:00")
    assert next_change([OFFICE], at("2026-11-20 10:00"), BERLIN) == at("2026-11-20 17:00")


def test_clocks_that_go_forward_shorten_the_night_and_back_lengthen_it():
    spring, autumn = at("2026-03-29 01:00"), at("2026-10-25 01:00")
    assert next_change([NIGHT_SHIFT], spring, BERLIN) - spring == 3 * 3600
    assert next_change([NIGHT_SHIFT], autumn, BERLIN) - autumn == 5 * 3600


@given(
    st.builds(
        Window,
        st.frozensets(st.integers(0, 6), min_size=1),
        st.integers(0, 1439),
        st.integers(0, 1440),
    ),
    st.floats(1.7e9, 1.8e9),
)
def test_nothing_changes_before_the_next_change(window, wall):
    change = next_change([window], wall, BERLIN)
    assert change is not None
    middle = wall + (change - wall) / 2
    assert is_open([window], middle, BERLIN) == is_open([window], wall, BERLIN)


def test_a_zone_that_is_not_known_any_more_is_the_installations_own():
    assert zone_of("", UTC) is UTC
    assert zone_of("Europe/Atlantis", UTC) is UTC
    assert zone_of("Europe/Berlin", UTC) == ZoneInfo("Europe/Berlin")
