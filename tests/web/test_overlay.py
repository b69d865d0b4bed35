import numpy as np
import pytest

from frigate_ext.domain.geometry import Box
from web.overlay import TEXT_BACKGROUND, TEXT_COLOR, draw_box


def pixels_of(picture, color):
    return int((picture == color).all(axis=2).sum())


def drawn(box):
    picture = np.full((360, 640, 3), 120, np.uint8)
    draw_box(picture, box, "bicycle 64%")
    return pixels_of(picture, TEXT_COLOR), pixels_of(picture, TEXT_BACKGROUND)


@pytest.mark.parametrize("box", [(630, 100, 639, 200), (300, 0, 420, 90), (0, 0, 5, 5), (600, 355, 640, 360)])
def test_what_an_object_is_can_be_read_wherever_its_box_is(box):
    in_the_middle = drawn(Box(200, 100, 400, 300))
    assert min(in_the_middle) > 0
    assert drawn(Box(*box)) == in_the_middle
