"""Several pictures of one camera as one: the last frame large, what goes with it in a column beside it.

The column is a third as wide as the frame, and all is scaled so that a tile has as many pixels as the frame
alone would have had: it costs a model, and the wire, about the same. So the frame keeps 7/8 of its height.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from frigate_ext.bus.encode import Planes, View, view_of
from frigate_ext.domain.geometry import Box, Size

COLUMN = 1 / 3
"""Width of the column, relative to the frame's."""
_SHRINK = math.sqrt(1 / (1 + COLUMN))


class Part(NamedTuple):
    """A frame's size and which part of it is shown (detect pixels; None: all)."""

    frame_size: Size
    crop: Box | None = None


class Placed(NamedTuple):
    """What is shown of a frame, and its top left corner in the tile; both even."""

    view: View
    x: int
    y: int

    @property
    def place(self) -> Box:
        return Box(self.x, self.y, self.x + self.view.size.width, self.y + self.view.size.height)


def arrange(parts: Sequence[Part], height: int) -> list[Placed]:
    """Places for `parts`, the last one large; a tile is at most `height` pixels high.

    Raises FrameUnavailableError when a crop lies outside its frame.
    """
    *beside, last = parts
    whole = view_of(last.frame_size, last.crop, height)
    if not beside:
        return [Placed(whole, 0, 0)]
    main = view_of(last.frame_size, last.crop, max(2, int(whole.size.height * _SHRINK)))
    cell = cell_of(main.size, len(beside))
    placed = [
        Placed(_fitted(part, cell), main.size.width, row * cell.height) for row, part in enumerate(beside)
    ]
    return [*placed, Placed(main, 0, 0)]


def cell_of(main: Size, count: int) -> Size:
    """The room that each of `count` pictures beside a frame shown at `main` has; even."""
    return Size(max(2, int(main.width * COLUMN) & ~1), max(2, main.height // count & ~1))


def composed(pictures: Sequence[Planes], placed: Sequence[Placed]) -> Planes:
    """The tile; black where nothing is shown."""
    places = [one.place for one in placed]
    size = Size(max(place.x2 for place in places), max(place.y2 for place in places))
    half = (size.height // 2, size.width // 2)
    tile = Planes(
        np.zeros((size.height, size.width), np.uint8), *(np.full(half, 128, np.uint8) for _ in "uv")
    )
    for picture, place in zip(pictures, places, strict=True):
        for canvas, plane, sampling in zip(tile, picture, (1, 2, 2), strict=True):
            x1, y1, x2, y2 = (edge // sampling for edge in place)
            canvas[y1:y2, x1:x2] = plane
    return tile


def _fitted(part: Part, cell: Size) -> View:
    """As large as `cell` allows, and never larger than in the frame."""
    shape = view_of(part.frame_size, part.crop, part.frame_size.height).crop
    high = min(cell.height, cell.width * shape.height // shape.width)
    return view_of(part.frame_size, part.crop, high)
