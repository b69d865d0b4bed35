"""Covering what a map of probabilities marks as text."""

import numpy as np

from genai.writing import covered

LINE = (slice(100, 112), slice(50, 200))


def stripes():
    """A picture in which every second column is white."""
    picture = np.zeros((200, 300, 3), np.uint8)
    picture[:, ::2] = 255
    return picture


def marked(probability, place=LINE):
    probabilities = np.zeros((200, 300), np.float32)
    probabilities[place] = probability
    return probabilities


def test_a_line_of_text_gets_a_patch_of_one_colour():
    patch = covered(stripes(), marked(0.9))[LINE]
    assert len(np.unique(patch.reshape(-1, 3), axis=0)) == 1
    assert 120 < patch.mean() < 135


def test_the_patch_is_larger_than_what_is_marked_but_not_by_much():
    changed = (covered(stripes(), marked(0.9)) != stripes()).any(axis=(0, 2))
    columns = np.flatnonzero(changed)
    assert 25 < columns[0] < 50
    assert 199 < columns[-1] < 225


def test_what_is_marked_faintly_or_is_tiny_is_no_text():
    assert covered(stripes(), marked(0.2)) is None
    assert covered(stripes(), marked(0.5)) is None
    assert covered(stripes(), marked(0.9, (slice(100, 101), slice(50, 52)))) is None


def test_a_picture_is_not_changed_itself():
    picture = stripes()
    covered(picture, marked(0.9))
    assert (picture == stripes()).all()
