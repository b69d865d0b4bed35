"""What counts as a change, and for whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Box
from jobs.trigger import EdgeDetector, EdgeKind, concerns


@pytest.fixture
def edges_of():
    """Feed messages; returns the words of the edges of each."""
    detector = EdgeDetector()

    def feed(*updates):
        return [[str(edge) for edge in detector.step(update)] for update in updates]

    return feed


def test_a_new_real_object_appears_once(edges_of, message, person):
    assert edges_of(message(1, person()), message(2, person())) == [["person appeared"], []]


def test_a_false_positive_wakes_nobody_until_it_is_believed(edges_of, message, person):
    doubtful = person(false_positive=True, active=False)
    assert edges_of(message(1, doubtful), message(2, person())) == [[], ["person appeared"]]


def test_zones_are_entered_and_left(edges_of, message, person):
    on_porch = person(current_zones=("porch",))
    assert edges_of(message(1, person()), message(2, on_porch), message(3, person())) == [
        ["person appeared"],
        ["person entered porch"],
        ["person left porch"],
    ]


def test_a_parked_car_is_a_level_and_starting_it_an_edge(edges_of, message, person):
    parked = person("c1", label="car", active=False, stationary=True)
    moving = person("c1", label="car")
    assert edges_of(message(1, parked), message(2, parked), message(3, moving), message(4, parked)) == [
        ["car appeared"],
        [],
        ["car started moving"],
        ["car stopped moving"],
    ]


def test_an_object_goes_once_with_or_without_its_last_message(edges_of, message, person):
    ended = person(end_time=103.0, active=False)
    assert edges_of(message(1, person()), message(2, ended), message(3)) == [
        ["person appeared"],
        ["person gone"],
        [],
    ]
    assert edges_of(message(4, person("p2")), message(5)) == [["person appeared"], ["person gone"]]


def test_an_offline_camera_says_nothing_about_its_objects(edges_of, message, person):
    offline = message(2, state=CameraState.OFFLINE, frame_time=None)
    assert edges_of(message(1, person()), offline, message(3, person())) == [["person appeared"], [], []]


def test_after_a_restart_of_the_detection_process_what_stood_there_does_not_arrive_again(
    edges_of, message, person
):
    parked = person("c1", label="car", active=False, stationary=True)
    again = person("c9", label="car", active=False, box=Box(11, 11, 31, 61))
    elsewhere = person("c8", label="car", active=False, box=Box(200, 10, 240, 60))
    assert edges_of(message(1, parked), message(1, again, elsewhere, epoch=2)) == [
        ["car appeared"],
        ["car appeared"],
    ]


def test_what_two_quick_restarts_leave_standing_does_not_arrive_again(edges_of, message, person):
    parked = person("c1", label="car", active=False, stationary=True)
    again = person("c9", label="car")
    assert edges_of(message(1, parked), message(1, epoch=2), message(2, again, epoch=3))[2] == []


def test_an_hour_after_a_restart_somebody_at_the_same_spot_is_somebody_new(edges_of, message, person):
    stood = person("a", active=False, stationary=True)
    hour_later = message(3601, person("b"), epoch=2)
    assert edges_of(message(1, stood), message(1, epoch=2), message(3600, epoch=2), hour_later)[3] == [
        "person appeared"
    ]


def test_a_parked_car_that_was_lost_for_a_while_does_not_arrive_again(edges_of, message, person):
    """Nor does it stop, though the tracker takes it for moving at first; nor when that repeats itself."""
    parked = person("c1", label="car", active=False, stationary=True, start_time=0.0)
    again = person("c2", label="car", box=Box(11, 11, 31, 61), start_time=130.0)
    settled = person("c2", label="car", active=False, stationary=True, start_time=130.0)
    messages = [message(1, parked), message(2), message(30, again), message(31), message(60, again)]
    assert edges_of(*messages, message(70, settled)) == [
        ["car appeared"],
        ["car gone"],
        [],
        ["car gone"],
        [],
        [],
    ]


@pytest.mark.parametrize(
    "stood, found, second",
    [
        ({"start_time": 41.5}, {}, 30),  # known for less than a minute
        ({"active": True, "stationary": False}, {}, 30),
        ({}, {"label": "person"}, 30),
        ({}, {"box": Box(200, 10, 240, 60)}, 30),
        ({}, {}, 63),
    ],
)
def test_what_may_be_something_else_arrives(edges_of, message, person, stood, found, second):
    car = {"label": "car", "active": False, "stationary": True, "start_time": 0.0}
    before, now = person("c1", **(car | stood)), person("c2", **({"label": "car"} | found))
    assert edges_of(message(1, before), message(2), message(second, now))[2] == [f"{now.label} appeared"]


def test_an_edge_carries_every_real_object_of_its_frame(message, person):
    doubtful = person("p2", false_positive=True)
    (edge,) = EdgeDetector().step(message(7, person(), doubtful))
    assert [o.id for o in edge.objects] == ["p1"]
    assert (edge.key.seq, edge.frame_time) == (7, 107.0)


@pytest.mark.parametrize(
    "fields,expected",
    [
        ({}, True),
        ({"labels": ("person",)}, True),
        ({"labels": ("car",)}, False),
        ({"zones": ("porch",)}, True),
        ({"zones": ("street",)}, False),
        ({"labels": ("car",), "zones": ("porch",)}, False),
    ],
)
def test_labels_and_zones_narrow_what_concerns_a_watch(watch, message, person, fields, expected):
    (edge,) = EdgeDetector().step(message(1, person(current_zones=("porch",))))
    assert concerns(watch(**fields), edge) is expected


def test_entering_another_zone_does_not_concern_a_watch_on_this_one(watch, message, person):
    detector = EdgeDetector()
    detector.step(message(1, person(current_zones=("porch",))))
    (edge,) = detector.step(message(2, person(current_zones=("porch", "street"))))
    assert not concerns(watch(zones=("porch",)), edge)
    assert concerns(watch(zones=("street",)), edge)


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c"]), unique=True), max_size=12))
def test_arrivals_and_departures_balance(person, message, scenes):
    detector = EdgeDetector()
    kinds = [
        edge.kind
        for seq, names in enumerate(scenes)
        for edge in detector.step(message(seq, *(person(name) for name in names)))
    ]
    present = len(scenes[-1]) if scenes else 0
    assert kinds.count(EdgeKind.APPEARED) - kinds.count(EdgeKind.GONE) == present
