import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.detect.regions import Views, plan, tiles
from frigate_ext.domain.geometry import Box, Size, covered

PART = Size(320, 192)
FULL_HD = Views(Size(1920, 1080), Size(640, 384), PART)
SUB_STREAM = Views(Size(640, 360), Size(640, 384), PART)
WHOLE_ONLY = Views(Size(640, 360), Size(640, 384), None)


def boxes_in(size):
    def build(x, y, width, height):
        return Box(x, y, min(size.width, x + width), min(size.height, y + height))

    return st.builds(
        build,
        st.integers(0, size.width - 2),
        st.integers(0, size.height - 2),
        st.integers(2, size.width),
        st.integers(2, size.height),
    )


def test_something_small_is_shown_in_pixels_of_the_stream():
    (area,) = plan(FULL_HD, [], [Box(1000, 500, 1012, 530)]).areas
    assert area == Box(844, 418, 1164, 610)


def test_neighbours_share_an_area():
    chosen = plan(FULL_HD, [Box(600, 500, 620, 540)], [Box(400, 500, 415, 540), Box(500, 480, 520, 530)])
    assert not chosen.whole
    assert len(chosen.areas) == 1


def test_an_area_at_the_edge_stays_in_the_frame():
    (area,) = plan(FULL_HD, [Box(1900, 1060, 1920, 1080)], []).areas
    assert area == Box(1600, 888, 1920, 1080)


def test_something_large_is_shown_smaller():
    (area,) = plan(FULL_HD, [], [Box(300, 200, 700, 900)]).areas
    assert (area.width, area.height) == (1460, 876)
    assert covered(Box(300, 200, 700, 900), area) == 1


def test_what_no_area_holds_needs_the_whole_frame():
    assert plan(SUB_STREAM, [], [Box(0, 100, 620, 200)]) == (True, ())


def test_the_whole_frame_is_taken_where_it_is_cheaper():
    """640x384 costs as much as four areas of 320x192."""
    corners = [Box(x, y, x + 50, y + 50) for x in (0, 590) for y in (0, 310)]
    assert not plan(SUB_STREAM, [], corners[:3]).whole
    assert plan(SUB_STREAM, [], corners) == (True, ())


def test_beside_the_whole_frame_only_what_is_too_small_in_it_gets_an_area():
    large = [Box(x, 100, x + 300, 900) for x in (0, 600, 1200, 1600)]
    small = Box(1000, 40, 1010, 60)
    chosen = plan(FULL_HD, [], [*large, small], whole=True)
    assert chosen.whole
    assert len(chosen.areas) == 1
    assert covered(small, chosen.areas[0]) == 1


def test_motion_in_and_around_a_tracked_object_is_its_own():
    person = Box(1000, 500, 1040, 600)
    assert plan(FULL_HD, [Box(1010, 560, 1030, 600)], [person]) == plan(FULL_HD, [], [person])


def test_where_nothing_moves_there_is_nothing_to_look_at():
    assert plan(FULL_HD, [], []) == (False, ())
    assert plan(FULL_HD, [], [], whole=True) == (True, ())


def test_a_model_for_whole_frames_gets_them():
    assert plan(WHOLE_ONLY, [Box(0, 0, 10, 10)], []) == (True, ())
    assert tiles(WHOLE_ONLY) == []


def test_tiles_cover_the_frame_where_the_whole_of_it_shows_less():
    assert tiles(SUB_STREAM) == []
    found = tiles(FULL_HD)
    assert len(found) == 36
    assert all(any(covered(Box(x, y, x + 2, y + 2), tile) == 1 for tile in found)
               for x in range(0, 1920, 40) for y in range(0, 1080, 40))  # fmt: skip


@pytest.mark.parametrize("views", [FULL_HD, SUB_STREAM, Views(Size(63, 47), Size(640, 480), PART)])
def test_however_small_a_frame_is_areas_fit(views):
    for tracked in ([Box(0, 0, 10, 10)], [Box(30, 30, 60, 46)]):
        for area in plan(views, [], tracked).areas:
            assert area.x2 <= views.frame.width
            assert area.y2 <= views.frame.height


@given(st.lists(boxes_in(FULL_HD.frame), max_size=40), st.lists(boxes_in(FULL_HD.frame), max_size=12))
def test_everything_is_shown_by_areas_of_one_shape_inside_the_frame_and_never_by_too_many(moving, tracked):
    chosen = plan(FULL_HD, moving, tracked)
    assert len(chosen.areas) <= 8
    for area in chosen.areas:
        assert abs(area.width * PART.height - area.height * PART.width) <= 2 * PART.width
        assert not any(side % 2 for side in area)
        assert 0 <= area.x1 < area.x2 <= 1920
        assert 0 <= area.y1 < area.y2 <= 1080
    for box in tracked:
        assert chosen.whole or any(covered(box, area) > 0.9 for area in chosen.areas)
