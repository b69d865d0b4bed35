"""Which detections are believable: where they stand, how big they are, how sure the detector is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from frigate_ext.domain.geometry import Box, Point, Size, contains

Polygon = tuple[Point, ...]
"""Corners; *relative*: fractions 0..1 of the detect frame."""


def stands_in(polygon: Sequence[Point], box: Box, frame: Size) -> bool:
    """Whether the box's bottom-centre lies in the relative `polygon`.

    The point is kept half a pixel inside the frame, so that an object cut by the picture's edge still stands
    in a zone drawn up to that edge.
    """
    foot = box.bottom_center
    x = min(max(foot.x, 0.5), frame.width - 0.5)
    y = min(max(foot.y, 0.5), frame.height - 0.5)
    return contains(polygon, Point(x / frame.width, y / frame.height))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelFilter:
    """What a label's detections must be like. Names, defaults and meanings are Frigate's `objects.filters`.

    Areas are pixels of the detect frame or, below 1, fractions of it. Ratios are width over height.
    """

    min_area: float = 0
    max_area: float = 24_000_000
    min_ratio: float = 0
    max_ratio: float = 24_000_000
    min_score: float = 0.5
    """Detections below this start no tracked object; they may continue one."""
    threshold: float = 0.7
    """The median score from which a tracked object is believed."""
    mask: tuple[Polygon, ...] = ()
    """Detections whose bottom-centre stands in one of these are dropped."""

    def accepts(self, box: Box, frame: Size) -> bool:
        """Whether size, shape and place are fine; scores are not looked at."""
        return (
            _pixels(self.min_area, frame) <= box.area <= _pixels(self.max_area, frame)
            and self.min_ratio <= box.ratio <= self.max_ratio
            and not any(stands_in(polygon, box, frame) for polygon in self.mask)
        )


def _pixels(area: float, frame: Size) -> float:
    return area * frame.width * frame.height if area < 1 else area
