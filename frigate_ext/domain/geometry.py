"""Boxes and polygons in pixels of the detect frame, origin top-left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Point(NamedTuple):
    """A position; pixels, or fractions of the frame where a docstring says *relative*."""

    x: float
    y: float


class Size(NamedTuple):
    """A frame's `(width, height)` in pixels."""

    width: int
    height: int


class Box(NamedTuple):
    """An axis-aligned box, `xyxy` in pixels; `x2`/`y2` lie just outside (width is `x2 - x1`)."""

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def width(self) -> int:
        return self.x2 - self.x1

    @property
    def height(self) -> int:
        return self.y2 - self.y1

    @property
    def area(self) -> int:
        """Pixels covered; never negative."""
        return max(0, self.width) * max(0, self.height)

    @property
    def ratio(self) -> float:
        """Width over height, as Frigate has it; 0 for a box without height."""
        return self.width / self.height if self.height > 0 else 0.0

    @property
    def bottom_center(self) -> Point:
        """Where the object stands: the point that decides its zones."""
        return Point((self.x1 + self.x2) / 2, float(self.y2))


def common(a: Box, b: Box) -> Box:
    """What both cover; its area is 0 where that is nothing."""
    return Box(max(a.x1, b.x1), max(a.y1, b.y1), min(a.x2, b.x2), min(a.y2, b.y2))


def hull(a: Box, b: Box) -> Box:
    """The smallest box around both."""
    return Box(min(a.x1, b.x1), min(a.y1, b.y1), max(a.x2, b.x2), max(a.y2, b.y2))


def covered(box: Box, by: Box) -> float:
    """Share of `box` that lies inside the other, 0..1."""
    return common(box, by).area / box.area if box.area else 0.0


def iou(a: Box, b: Box) -> float:
    """Intersection over union, 0..1."""
    overlap = common(a, b).area
    union = a.area + b.area - overlap
    return overlap / union if overlap and union else 0.0


def gap(a: Box, b: Box) -> float:
    """Shortest distance in pixels between two boxes; 0 when they touch or overlap."""
    dx = max(0, a.x1 - b.x2, b.x1 - a.x2)
    dy = max(0, a.y1 - b.y2, b.y1 - a.y2)
    return float((dx * dx + dy * dy) ** 0.5)


def contains(polygon: Sequence[Point], point: Point) -> bool:
    """Whether `point` lies inside `polygon` (even-odd rule); points on an edge may fall on either side.

    Method: ray casting, W. R. Franklin's PNPOLY.
    """
    inside = False
    previous = polygon[-1]
    for vertex in polygon:
        if (vertex.y > point.y) != (previous.y > point.y):
            crossing = (previous.x - vertex.x) * (point.y - vertex.y) / (previous.y - vertex.y) + vertex.x
            inside ^= point.x < crossing
        previous = vertex
    return inside
