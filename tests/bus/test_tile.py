"""Where the parts of a tile are; worked out by hand for 16:9."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.bus.tile import Part, arrange
from frigate_ext.domain.geometry import Box, Size

HD = Part(Size(1280, 720))


def places(*parts, height=480):
    return [tuple(one.place) for one in arrange(parts, height)]


def test_one_part_is_the_picture_itself():
    assert places(HD) == [(0, 0, 854, 480)]


def test_earlier_moments_stand_beside_the_last_one_from_top_to_bottom():
    assert places(HD, HD, HD, HD) == [
        (736, 0, 978, 136),
        (736, 138, 978, 274),
        (736, 276, 978, 412),
        (0, 0, 736, 414),
    ]


def test_a_lonely_close_up_has_the_whole_column_and_is_never_scaled_up():
    upright = Part(HD.frame_size, Box(600, 200, 720, 400))
    assert places(upright, HD)[0] == (736, 0, 856, 200)


def test_a_close_up_larger_than_its_place_is_scaled_down():
    wide = Part(HD.frame_size, Box(0, 0, 1000, 500))
    assert places(wide, HD)[0] == (736, 0, 980, 122)


@given(
    width=st.integers(320, 4000),
    height=st.integers(240, 2200),
    beside=st.integers(1, 4),
    asked=st.integers(120, 480),
)
def test_a_tile_has_about_the_pixels_of_its_frame_alone_and_nothing_in_it_overlaps(
    width, height, beside, asked
):
    part = Part(Size(width, height))
    placed = [one.place for one in arrange([part] * (beside + 1), asked)]
    alone = arrange([part], asked)[0].place
    size = Size(max(p.x2 for p in placed), max(p.y2 for p in placed))
    assert size.height <= asked
    assert size.width * size.height <= alone.area * 1.02
    assert sum(place.area for place in placed) <= size.width * size.height
    assert all(edge % 2 == 0 for place in placed for edge in place)
    column = sorted(placed[:-1], key=lambda place: place.y1)
    assert all(above.y2 <= below.y1 for above, below in pairwise(column))


@pytest.mark.parametrize("size", [Size(2, 2), Size(4000, 8), Size(8, 2000)])
def test_the_oddest_frames_can_be_tiled(size):
    assert len(arrange([Part(size)] * 4, 480)) == 4
