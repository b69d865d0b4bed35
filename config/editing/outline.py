"""Whether an outline is one that a person can have meant."""

from __future__ import annotations

from itertools import combinations

from config.sections.coordinates import Polygon
from frigate_ext.domain.geometry import Point

_NOTHING = 1e-12
"""Of the picture's area; what rounding may leave of a zero."""


def crosses_itself(corners: Polygon) -> bool:
    """Whether two sides that are not neighbours touch."""
    n = len(corners)
    sides = [(corners[i], corners[(i + 1) % n]) for i in range(n)]
    apart = (pair for pair in combinations(range(n), 2) if (pair[1] - pair[0]) % n not in {1, n - 1})
    return any(_touch(*sides[i], *sides[j]) for i, j in apart)


def _touch(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the segments ab and cd have a point in common."""
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(turn == 0 and _is_between(*end) for turn, end in zip(turns, ends, strict=True))


def _turn(a: Point, b: Point, c: Point) -> int:
    """1 to one side of ab, -1 to the other, 0 on its line."""
    cross = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    return (cross > _NOTHING) - (cross < -_NOTHING)


def _is_between(a: Point, b: Point, c: Point) -> bool:
    return min(a.x, b.x) <= c.x <= max(a.x, b.x) and min(a.y, b.y) <= c.y <= max(a.y, b.y)


def area(corners: Polygon) -> float:
    """The share of the picture that a polygon takes, if it does not cross itself."""
    n = len(corners)
    pairs = ((corners[i], corners[(i + 1) % n]) for i in range(n))
    return abs(sum(p.x * q.y - q.x * p.y for p, q in pairs)) / 2
