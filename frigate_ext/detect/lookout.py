"""One camera's looks: shows the detector what a plan says, and makes one list of what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import NamedTuple

from frigate_ext.detect.detector import Detector
from frigate_ext.detect.merge import merge
from frigate_ext.detect.regions import Plan, plan, tiles
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection

_TILES = 3
"""Squares that a frame is searched in; the next frame's search goes on from there."""


class Look(NamedTuple):
    found: list[Detection]
    """Best first."""
    seconds: float
    """The detector took."""


class Lookout:
    """For frames of one size and one thread."""

    def __init__(self, detector: Detector, frame: Size) -> None:
        self._detector = detector
        self._views = detector.views(frame)
        self._tiles = tiles(self._views)
        self._next = 0

    @property
    def search_frames(self) -> int:
        """Frames it takes to have searched everything closely."""
        return -(-len(self._tiles) // _TILES)

    def look(
        self, frame: Frame, moving: Iterable[Box], tracked: Sequence[Box], *, whole: bool, closely: bool
    ) -> Look:
        """Look at what moves and what is tracked; also at the `whole`, and `closely` at other parts of it."""
        chosen = plan(self._views, moving, tracked, whole=whole)
        if closely:
            chosen = chosen._replace(areas=chosen.areas + self._next_tiles())
        started = perf_counter()
        found = self._show(frame, chosen)
        return Look(found, perf_counter() - started)

    def _next_tiles(self) -> tuple[Box, ...]:
        count = min(_TILES, len(self._tiles))
        chosen = tuple(self._tiles[(self._next + index) % len(self._tiles)] for index in range(count))
        self._next += count
        return chosen

    def _show(self, frame: Frame, chosen: Plan) -> list[Detection]:
        whole = self._detector.infer(frame) if chosen.whole else []
        if not chosen.areas:
            return whole
        parts = self._detector.infer_areas(frame, chosen.areas)
        return merge([(Box(0, 0, *frame.size), whole), *zip(chosen.areas, parts, strict=True)], frame.size)
