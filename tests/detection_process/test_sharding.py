from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.detection_process.sharding import Place, groups_of, homes, processes_for, taken_over

CAMERAS = st.lists(st.sampled_from([f"c{n}" for n in range(12)]), unique=True)
NEIGHBOURS = st.dictionaries(
    st.sampled_from([f"c{n}" for n in range(12)]), st.sets(st.sampled_from([f"c{n}" for n in range(12)]))
)
PLACES = st.integers(1, 4).map(lambda n: [Place(f"p{k}") for k in range(n)])


@pytest.mark.parametrize(
    "cores, cameras, expected",
    [(1, 100, 1), (2, 16, 1), (2, 17, 2), (2, 40, 2), (8, 10, 1), (8, 33, 3), (4, 200, 4)],
)
def test_there_is_a_process_for_every_sixteen_cameras_while_there_are_cores(cores, cameras, expected):
    assert processes_for(cores, cameras) == expected


def test_cameras_that_wake_one_another_form_a_group_whoever_names_whom():
    neighbours = {"a": {"c"}, "d": {"c"}, "e": {"gone"}}
    assert groups_of("abcde", neighbours) == [("b",), ("a", "c", "d"), ("e",)]


def test_a_place_has_the_cameras_it_is_there_for_and_the_others_share_the_rest():
    places = [Place("here"), Place("garage", frozenset({"a", "gone"})), Place("attic")]
    groups = [("a", "b"), ("c",), ("d",)]
    assert homes(groups, places, {}) == {"a": "garage", "b": "here", "c": "attic", "d": "here"}


def test_a_group_that_grows_together_goes_where_most_of_it_has_been():
    before = {"a": "here", "b": "attic", "c": "attic"}
    assert set(homes([("a", "b", "c")], [Place("here"), Place("attic")], before).values()) == {"attic"}


def test_who_is_dead_is_replaced_by_whom_has_least_and_gets_its_cameras_back():
    groups, home = [("a",), ("b",), ("c",)], {"a": "here", "b": "garage", "c": "attic"}
    away = taken_over(groups, home, ["here", "attic"], home)
    assert away == {"a": "here", "b": "here", "c": "attic"}
    assert taken_over(groups, home, ["here", "garage", "attic"], away) == home


def test_what_is_taken_over_stays_there_when_another_returns():
    groups, home = [("a",), ("b",)], {"a": "garage", "b": "attic"}
    before = taken_over(groups, home, ["here"], home)
    assert taken_over(groups, home, ["attic", "here"], before) == {"a": "here", "b": "attic"}


def test_without_anybody_alive_nothing_is_anywhere():
    assert taken_over([("a",)], {"a": "here"}, [], {}) == {}


@given(CAMERAS, NEIGHBOURS, PLACES)
def test_every_camera_is_somewhere_once_with_its_neighbours_and_loads_differ_by_a_group_at_most(
    cameras, neighbours, places
):
    groups = groups_of(cameras, neighbours)
    assert sorted(camera for group in groups for camera in group) == sorted(cameras)
    found = homes(groups, places, {})
    assert set(found) == set(cameras)
    assert all(len({found[camera] for camera in group}) == 1 for group in groups)
    loads = Counter(found.values())
    spread = max(loads[place.name] for place in places) - min(loads[place.name] for place in places)
    assert spread <= max(map(len, groups), default=0)


@given(CAMERAS, CAMERAS, PLACES)
def test_a_camera_stays_where_it_is_when_others_come_and_go(before, after, places):
    first = homes([(camera,) for camera in before], places, {})
    second = homes([(camera,) for camera in after], places, first)
    assert {camera: first[camera] for camera in second.keys() & first} == {
        camera: second[camera] for camera in second.keys() & first
    }


@given(CAMERAS, NEIGHBOURS, PLACES, st.sets(st.integers(0, 3)))
def test_who_lives_keeps_its_cameras_and_every_other_camera_is_with_somebody_alive(
    cameras, neighbours, places, dead
):
    groups = groups_of(cameras, neighbours)
    home = homes(groups, places, {})
    alive = [place.name for number, place in enumerate(places) if number not in dead]
    found = taken_over(groups, home, alive, home)
    assert all(found[camera] == name for camera, name in home.items() if name in alive)
    assert set(found) == (set(cameras) if alive else set())
    assert set(found.values()) <= set(alive)
