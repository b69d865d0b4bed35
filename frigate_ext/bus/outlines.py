"""Zones and objects drawn into a picture, for models and people who find them more easily that way."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from frigate_ext.bus.encode import Planes, View
from frigate_ext.bus.schema import Outline, OutlineKind
from frigate_ext.domain.frame import Image

_THICKNESS = 2
"""Pixels of luma, so one of chroma."""
_COLOURS = {OutlineKind.OBJECT: (76, 85, 255), OutlineKind.ZONE: (226, 1, 149)}
"""Y, Cb, Cr of full range (BT.601): red and yellow."""


def drawn(planes: Planes, view: View, outlines: Iterable[Outline]) -> Planes:
    """Copies of the planes, which show `view`, with the outlines in them."""
    copies = Planes(*(plane.copy() for plane in planes))
    for outline in outlines:
        points = _placed(outline, view)
        for plane, level, sampling in zip(copies, _COLOURS[outline.kind], (1, 2, 2), strict=True):
            _draw(plane, points / sampling, level, _THICKNESS // sampling)
    return copies


def _placed(outline: Outline, view: View) -> np.ndarray:
    """Points in pixels of the picture, `float (N, 2)`, none far outside of it."""
    (x1, y1, *_), (width, height) = view.crop, view.size
    points = (np.array(outline.points, np.float64) - (x1, y1)) * (
        width / view.crop.width,
        height / view.crop.height,
    )
    return np.clip(points, (-width, -height), (2 * width, 2 * height))


def _draw(plane: Image, points: np.ndarray, level: int, thickness: int) -> None:
    cv2.polylines(plane, [np.rint(points).astype(np.int32)], isClosed=True, color=level, thickness=thickness)
