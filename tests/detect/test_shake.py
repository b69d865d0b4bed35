import cv2
import numpy as np
import pytest

from frigate_ext.detect.shake import explained_by_shift

WORLD = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (110, 188)).astype(np.uint8), (0, 0), 3)
YARD = WORLD[5:105, 5:183]
ALL = np.ones(YARD.shape, np.float32)


@pytest.mark.parametrize("shift", [(1, 0), (0, 1), (1, -1), (-2, 0)])
def test_a_shift_explains_nearly_all_that_differs_when_the_camera_moves(shift):
    down, across = shift
    moved = WORLD[5 + down : 105 + down, 5 + across : 183 + across]
    assert explained_by_shift(YARD.astype(np.float32), moved, ALL) > 0.7


def test_it_explains_hardly_anything_when_something_else_moves():
    picture = YARD.copy()
    picture[40:70, 60:75] = 250
    assert explained_by_shift(YARD.astype(np.float32), picture, ALL) < 0.1


@pytest.mark.parametrize("picture", [YARD, np.zeros_like(YARD)])
def test_where_nothing_differs_there_is_nothing_to_explain(picture):
    assert explained_by_shift(picture.astype(np.float32), picture, ALL) == 0.0


def test_stripes_tell_of_a_shift_across_them():
    stripes = np.tile((np.arange(178) // 8 % 2 * 100 + 50).astype(np.float32), (100, 1))
    stripes = cv2.GaussianBlur(stripes, (0, 0), 2)
    assert explained_by_shift(stripes, np.roll(stripes, 1, axis=1).astype(np.uint8), ALL) > 0.7
    assert explained_by_shift(stripes.T.copy(), np.roll(stripes.T, 1, axis=0).astype(np.uint8), ALL.T) > 0.7


def test_the_edge_of_a_mask_which_stands_still_does_not_deny_a_shift():
    yard, moved, weights = 100 + YARD // 2, 100 + WORLD[5:105, 6:184] // 2, ALL.copy()
    yard[:, 100:] = moved[:, 100:] = 0
    weights[:, 98:] = 0
    assert explained_by_shift(yard.astype(np.float32), moved, ALL) < 0.1
    assert explained_by_shift(yard.astype(np.float32), moved, weights) > 0.7
