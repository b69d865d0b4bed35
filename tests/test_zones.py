import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.filters import LabelFilter, stands_in
from frigate_ext.domain.geometry import Box, Point, Size
from frigate_ext.zones import ZonePresence, ZoneRule

FRAME = Size(100, 100)
LEFT = (Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1))
INSIDE = Box(20, 40, 30, 60)
OUTSIDE = Box(70, 40, 80, 60)


def walk(presence, boxes, *, score=0.9, fps=5):
    """`current` after each box."""
    seen = []
    for index, box in enumerate(boxes):
        presence.step(box, score, FRAME, index / fps)
        seen.append(presence.current)
    return seen


def porch(**more):
    return ZoneRule(name="porch", polygon=LEFT, **more)


def test_an_object_is_in_a_zone_where_its_feet_are():
    presence = ZonePresence("person", [porch(inertia=1)])
    assert walk(presence, [Box(40, 0, 70, 50), Box(20, 0, 70, 50)]) == [(), ("porch",)]


def test_an_object_cut_by_the_bottom_edge_stands_in_a_zone_drawn_to_the_edge():
    assert stands_in(LEFT, Box(20, 50, 30, 100), FRAME)
    assert stands_in(LEFT, Box(-10, 50, 10, 100), FRAME)


def test_inertia_counts_consecutive_frames_before_the_first_entry_only():
    presence = ZonePresence("person", [porch(inertia=3)])
    seen = walk(presence, [INSIDE, INSIDE, OUTSIDE, INSIDE, INSIDE, INSIDE, OUTSIDE, INSIDE])
    assert [bool(zones) for zones in seen] == [False, False, False, False, False, True, False, True]
    assert presence.entered == ("porch",)


def test_loitering_takes_its_seconds_and_is_pending_meanwhile():
    presence = ZonePresence("person", [porch(inertia=1, loitering_time=1.0)])
    seen = walk(presence, [INSIDE] * 6)
    assert seen == [()] * 5 + [("porch",)]
    assert presence.pending_loitering
    walk(presence, [OUTSIDE])
    assert not presence.pending_loitering


def test_a_zone_for_other_labels_is_never_entered():
    presence = ZonePresence("cat", [porch(inertia=1, objects=("person",))])
    assert walk(presence, [INSIDE]) == [()]


def test_a_zones_filter_is_asked_on_entering_only():
    presence = ZonePresence("person", [porch(inertia=1, filters={"person": LabelFilter(min_area=150)})])
    small = Box(20, 50, 30, 60)
    assert walk(presence, [small, INSIDE, small, OUTSIDE, small]) == [(), ("porch",), ("porch",), (), ()]


def test_a_zones_threshold_is_of_the_median_score():
    presence = ZonePresence("person", [porch(inertia=1, filters={"person": LabelFilter(threshold=0.8)})])
    assert walk(presence, [INSIDE], score=0.79) == [()]
    assert walk(presence, [INSIDE], score=0.8) == [("porch",)]


@pytest.mark.parametrize(
    "rule,accepted",
    [
        (LabelFilter(), True),
        (LabelFilter(min_area=200), True),
        (LabelFilter(min_area=201), False),
        (LabelFilter(max_area=199), False),
        (LabelFilter(min_area=0.02), True),
        (LabelFilter(min_area=0.021), False),
        (LabelFilter(max_area=0.019), False),
        (LabelFilter(min_ratio=0.51), False),
        (LabelFilter(max_ratio=0.49), False),
        (LabelFilter(mask=(LEFT,)), False),
    ],
)
def test_filters_judge_size_shape_and_place(rule, accepted):
    assert rule.accepts(INSIDE, FRAME) is accepted


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 5), st.sampled_from([0.0, 0.5, 2.0]))
def test_laws_of_zones(steps, inertia, loitering):
    presence = ZonePresence("person", [porch(inertia=inertia, loitering_time=loitering)])
    entered = ()
    for index, inside in enumerate(steps):
        presence.step(INSIDE if inside else OUTSIDE, 0.9, FRAME, index / 5)
        assert not presence.current or inside, "leaving counts at once"
        assert presence.entered[: len(entered)] == entered, "entered zones only grow"
        assert set(presence.current) <= set(presence.entered)
        if presence.entered and not entered:
            assert all(steps[index + 1 - inertia : index + 1]) or loitering, (
                "inertia is of consecutive frames"
            )
            assert index + 1 >= inertia + loitering * 5
        entered = presence.entered


def test_a_stay_in_a_zone_that_is_as_it_was_goes_on_when_others_change():
    right = ZoneRule(name="right", polygon=LEFT, inertia=1)
    presence = ZonePresence("person", [porch(inertia=1, loitering_time=1.0), right])
    walk(presence, [INSIDE] * 6)
    presence.change([porch(inertia=1, loitering_time=1.0), ZoneRule(name="drive", polygon=LEFT, inertia=2)])
    assert presence.current == ("porch",)
    assert walk(presence, [INSIDE] * 2) == [("porch",), ("porch", "drive")]
    assert presence.entered == ("right", "porch", "drive")


def test_a_zone_that_was_redrawn_is_entered_anew():
    presence = ZonePresence("person", [porch(inertia=1)])
    walk(presence, [INSIDE])
    presence.change([ZoneRule(name="porch", polygon=tuple(Point(1 - p.x, p.y) for p in LEFT), inertia=1)])
    assert presence.current == ()
    assert walk(presence, [INSIDE, OUTSIDE]) == [(), ("porch",)]
