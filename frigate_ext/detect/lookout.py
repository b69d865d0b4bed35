"""One camera's looks: what a plan shows the detector, and one list of what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from frigate_ext.detect.merge import merge
from frigate_ext.detect.regions import Views, plan, tiles
from frigate_ext.detect.shot import Shot
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection

_TILES = 3
"""Squares that a frame is searched in; the next frame's search goes on from there."""


class Lookout:
    """For frames of one size."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._tiles = tiles(views)
        self._next = 0

    @property
    def search_frames(self) -> int:
        """Frames it takes to have searched everything closely."""
        return -(-len(self._tiles) // _TILES)

    def shots(
        self, frame: Frame, moving: Iterable[Box], tracked: Sequence[Box], *, whole: bool, closely: bool
    ) -> tuple[Shot, ...]:
        """What moves and what is tracked; also the `whole`, and `closely` other parts of it."""
        chosen = plan(self._views, moving, tracked, whole=whole)
        areas = chosen.areas + (self._next_tiles() if closely else ())
        return ((Shot(frame),) if chosen.whole else ()) + tuple(Shot(frame, area) for area in areas)

    def _next_tiles(self) -> tuple[Box, ...]:
        count = min(_TILES, len(self._tiles))
        chosen = tuple(self._tiles[(self._next + index) % len(self._tiles)] for index in range(count))
        self._next += count
        return chosen


def found_in(shots: Sequence[Shot], seen: Sequence[list[Detection]], frame: Size) -> list[Detection]:
    """One list of what was `seen` in each of a frame's shots, best first."""
    if len(shots) == 1 and shots[0].area is None:
        return seen[0]
    return merge([(shot.shown, found) for shot, found in zip(shots, seen, strict=True)], frame)
