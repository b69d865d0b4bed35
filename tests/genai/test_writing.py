"""Covering what a map of probabilities marks as text."""

import numpy as np
import pytest

from genai.writing import blurred, cover, veiled

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


def covered(picture, probabilities):
    """A copy; None where there was nothing to cover."""
    copy = picture.copy()
    return copy if cover(copy, probabilities, np.zeros(picture.shape[:2], bool)) else None


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


def test_what_lies_under_a_patch_is_no_text_any_more():
    picture, patched = stripes(), np.zeros((200, 300), bool)
    assert cover(picture, marked(0.9), patched)
    assert not cover(picture, marked(0.9), patched)
    assert cover(picture, marked(0.9, (slice(20, 32), slice(50, 200))), patched)


def seen(*probabilities):
    """A network that says this, one after the other, and the pictures that it is shown."""
    shown, left = [], list(probabilities)

    def find(picture):
        shown.append(picture)
        return left.pop(0) if left else marked(0.0)

    return find, shown


def test_what_is_found_when_all_is_covered_and_blurred_is_covered_again():
    other = (slice(20, 32), slice(50, 200))
    find, shown = seen(marked(0.9), marked(0.9, other))
    picture, had_writing = veiled(stripes(), find)
    assert had_writing
    assert len(shown) == 3
    assert all(len(np.unique(picture[place].reshape(-1, 3), axis=0)) < 20 for place in (LINE, other))


def test_without_writing_a_picture_is_only_blurred():
    picture, had_writing = veiled(stripes(), seen()[0])
    assert not had_writing
    assert (picture == blurred(stripes(), 2.5)).all()


def test_the_search_for_writing_has_an_end():
    """A network that finds new writing whatever is done: next to nothing is left to be seen then."""
    rows = [marked(0.9, (slice(20 * n, 20 * n + 12), slice(50, 200))) for n in range(1, 9)]
    find, shown = seen(*rows)
    picture, _ = veiled(np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8), find)
    assert len(shown) <= 5
    assert np.abs(np.diff(picture.astype(int), axis=1)).mean() < 2


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (480, 3)])
def test_tiny_pictures_are_blurred_too(size):
    assert blurred(np.zeros((*size, 3), np.uint8)).shape == (*size, 3)


def test_a_picture_is_not_changed_itself():
    picture = stripes()
    veiled(picture, seen(marked(0.9))[0])
    assert (picture == stripes()).all()
