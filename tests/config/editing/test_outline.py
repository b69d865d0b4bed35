"""Outlines that cross themselves are told from those that don't."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.editing.outline import area, crosses_itself
from frigate_ext.domain.geometry import Point


def outline(*corners: tuple[float, float]) -> tuple[Point, ...]:
    return tuple(Point(*corner) for corner in corners)


SQUARE = outline((0, 0), (1, 0), (1, 1), (0, 1))


def test_a_square_does_not_and_a_bow_tie_does():
    assert not crosses_itself(SQUARE)
    assert crosses_itself(outline((0, 0), (1, 1), (1, 0), (0, 1)))


def test_an_l_does_not():
    assert not crosses_itself(outline((0, 0), (1, 0), (1, 0.5), (0.5, 0.5), (0.5, 1), (0, 1)))


def test_a_corner_on_another_side_counts_as_crossing():
    assert crosses_itself(outline((0, 0), (1, 0), (1, 1), (0.5, 0), (0, 1)))


def test_a_side_that_runs_back_over_another_counts_as_crossing():
    assert crosses_itself(outline((0, 0), (1, 0), (1, 1), (0.8, 0), (0.2, 0), (0, 1)))


def test_areas():
    assert area(SQUARE) == 1
    assert area(outline((0, 0), (1, 0), (0, 1))) == 0.5
    assert area(outline((0, 0), (0.5, 0.5), (1, 1))) == pytest.approx(0)


@given(st.integers(4, 40), st.integers(0, 10**6), st.data())
def test_corners_in_their_order_around_a_point_never_cross_and_two_swapped_do(n, seed, data):
    corners = [
        Point(0.5 + 0.4 * math.cos(2 * math.pi * i / n), 0.5 + 0.4 * math.sin(2 * math.pi * i / n))
        for i in range(n)
    ]
    shift = seed % n
    corners = corners[shift:] + corners[:shift]
    assert not crosses_itself(tuple(corners))
    i = data.draw(st.integers(0, n - 2))
    corners[i], corners[i + 1] = corners[i + 1], corners[i]
    assert crosses_itself(tuple(corners))
