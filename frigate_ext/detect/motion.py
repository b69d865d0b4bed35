"""Where something moves, after Frigate's improved motion detector: cheap enough for every frame.

Works on the luma plane, scaled to about 100 rows: contrast stretch, mask, blur, difference from a slow
average, contours.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from frigate_ext.detect.shake import explained_by_shift
from frigate_ext.domain.filters import Polygon
from frigate_ext.domain.frame import Image
from frigate_ext.domain.geometry import Box, Size

_CALIBRATION_ALPHA = 0.2
_CALM_SHARE = 0.05
_CALM_BOXES = 4
"""Calibration ends at once when no more than this moves."""
_CROWD_SHARE = 0.2
"""Share in which many things may move; where more does it is weather, or still the camera."""
_CELLS = 4
"""Rows and columns of a grid over the picture."""
_EVERYWHERE = 0.75
"""Share of the grid's cells in which something moves when it is the camera that does."""
_SHIFTED = 0.3
"""Share of what differs that a shift of the whole picture explains, when it is the camera that moves."""
_PATIENCE = 10
"""Frames of lasting motion after which it begins to fade into the average, and a camera no longer shakes."""
_CONTRAST_FRAMES = 50
_SHARES = (0.04, 0.96)
"""Of the pixels, at most as bright as what becomes black and white."""
_LUMAS = np.arange(256)
_NEIGHBOURS = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionSettings:
    """Frigate's `motion` section."""

    enabled: bool = True
    threshold: int = 30
    """Difference in luma (after the contrast stretch) that counts, 1..255."""
    contour_area: float = 10
    """Smallest moving patch, in pixels of the scaled picture."""
    lightning_threshold: float = 0.8
    """Share of what isn't masked that moves when light has changed (lightning, infrared): start over."""
    skip_motion_threshold: float | None = None
    """Share above which a frame's motion is dropped altogether."""
    improve_contrast: bool = True
    frame_alpha: float = 0.01
    """Weight of a frame at full rate in the average."""
    frame_height: int = 100
    mask: tuple[Polygon, ...] = ()
    """Motion in these is not seen."""


class Motion(NamedTuple):
    boxes: tuple[Box, ...]
    """In pixels of the frame; empty while calibrating, when the average can't be relied on."""
    calibrating: bool


class MotionDetector:
    """One camera's motion."""

    def __init__(self, settings: MotionSettings) -> None:
        self._settings = settings
        self._background: _Background | None = None

    def step(self, luma: Image, passed: float = 1.0) -> Motion:
        """`luma` is the Y plane, `uint8 (H, W)`; a new size starts over.

        So many frames at full rate have `passed` since the last one: light changes with time.
        """
        if not self._settings.enabled:
            return Motion((), calibrating=False)
        height, width = luma.shape
        known = self._background if self._background and self._background.frame == (width, height) else None
        if known and (motion := known.step(luma, passed)):
            return motion
        self._background = _Background(self._settings, Size(width, height), luma)
        return Motion((), calibrating=True)


class _Background:
    """What frames of one size look like when nothing moves."""

    def __init__(self, settings: MotionSettings, frame: Size, luma: Image) -> None:
        rows = min(settings.frame_height, frame.height)
        self.frame = frame
        self._settings = settings
        self._small = Size(max(1, rows * frame.width // frame.height), rows)
        self._masked = _drawn(settings.mask, self._small)
        masked_too = cv2.dilate(self._masked.astype(np.uint8), _NEIGHBOURS, iterations=2)
        self._telling = 1 - masked_too.astype(np.float32)
        """1 where the picture tells of a shift, 0 where the edge of a mask would deny it: it stands still."""
        pixels = self._masked.size
        self._pixels = max(pixels - int(self._masked.sum()), pixels / 2)
        """That aren't masked; at least half of all, for a single thing may fill what is left."""
        self._contrast: deque[tuple[int, int]] = deque(maxlen=_CONTRAST_FRAMES)
        self._average = self._picture(luma).astype(np.float32)
        self._calibrating = True
        self._moving_frames = 0
        self._crowded_frames = 0
        """Those in which many things moved, since the camera itself did."""

    def step(self, luma: Image, passed: float) -> Motion | None:
        """None when it is light that changed: nothing that is known of the scene holds any more."""
        picture = self._picture(luma)
        boxes, share = self._moving(picture)
        if share > self._settings.lightning_threshold:
            return None
        self._calibrate(picture, boxes, share)
        self._learn(picture, passed, moving=bool(boxes))
        limit = self._settings.skip_motion_threshold
        dropped = self._calibrating or (limit is not None and share > limit)
        return Motion(() if dropped else boxes, self._calibrating)

    def _picture(self, luma: Image) -> Image:
        small: Any = cv2.resize(luma, self._small, interpolation=cv2.INTER_NEAREST)
        if self._settings.improve_contrast:
            small = self._stretch(small)
        small[self._masked] = 0
        return np.asarray(cv2.GaussianBlur(small, (3, 3), 1), np.uint8)

    def _stretch(self, small: Image) -> Image:
        """To full contrast, by percentiles averaged over many frames so that no single one matters."""
        low, high = _cumulated(small).searchsorted(_SHARES)
        if low < high:
            self._contrast.append((int(low), int(high)))
        if not self._contrast:
            return small
        low, high = (fmean(side) for side in zip(*self._contrast, strict=True))
        stretched = np.clip((_LUMAS - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
        return np.asarray(cv2.LUT(small, stretched), np.uint8)

    def _moving(self, picture: Image) -> tuple[tuple[Box, ...], float]:
        """Boxes of moving patches in frame pixels, and the share of it that moves, but for masks."""
        changed = cv2.absdiff(picture, cv2.convertScaleAbs(self._average))
        changed = cv2.threshold(changed, self._settings.threshold, 255, cv2.THRESH_BINARY)[1]
        outlines, _ = cv2.findContours(
            cv2.dilate(changed, _NEIGHBOURS), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
        )
        areas = [cv2.contourArea(outline) for outline in outlines]
        large = [o for o, area in zip(outlines, areas, strict=True) if area > self._settings.contour_area]
        return tuple(self._box(outline) for outline in large), sum(areas) / self._pixels

    def _box(self, outline: Any) -> Box:
        x, y, width, height = cv2.boundingRect(outline)
        across, down = self.frame.width / self._small.width, self.frame.height / self._small.height
        return Box(int(x * across), int(y * down), int((x + width) * across), int((y + height) * down))

    def _calibrate(self, picture: Image, boxes: Sequence[Box], share: float) -> None:
        """Begin when the camera itself moves; end when it is calm again, or a crowd moves and it does not."""
        if len(boxes) <= _CALM_BOXES:
            self._calibrating = self._calibrating and share >= _CALM_SHARE
        elif self._everywhere(boxes) or explained_by_shift(self._average, picture, self._telling) >= _SHIFTED:
            self._calibrating, self._crowded_frames = True, 0
        elif share <= _CROWD_SHARE:
            self._crowded_frames += 1
            self._calibrating = self._calibrating and self._crowded_frames < _PATIENCE

    def _everywhere(self, boxes: Sequence[Box]) -> bool:
        """Whether many patches lie all over the picture, each cell of a grid judged by their centres."""
        cells = {
            (
                (box.x1 + box.x2) * _CELLS // (2 * self.frame.width),
                (box.y1 + box.y2) * _CELLS // (2 * self.frame.height),
            )
            for box in boxes
        }
        return len(cells) >= _EVERYWHERE * _CELLS**2

    def _learn(self, picture: Image, passed: float, *, moving: bool) -> None:
        """Average the frame in; what moves only after a while, so that passers-by leave no ghost.

        A calm one stands for those that did not come before it.
        """
        self._moving_frames = self._moving_frames + 1 if moving else 0
        if self._calibrating:
            cv2.accumulateWeighted(picture, self._average, _CALIBRATION_ALPHA)
        elif not moving or self._moving_frames >= _PATIENCE:
            weight = 1 - (1 - self._settings.frame_alpha) ** passed
            cv2.accumulateWeighted(picture, self._average, weight)
        missing = min(_CONTRAST_FRAMES, round(passed) - 1)
        if not moving and missing > 0 and self._contrast:
            self._contrast.extend([self._contrast[-1]] * missing)


def _cumulated(picture: Image) -> npt.NDArray[np.float64]:
    """For each luma the share of pixels that are no brighter."""
    counts = cv2.calcHist([picture], [0], None, [256], [0, 256])
    return np.cumsum(counts, dtype=np.float64) / picture.size


def _drawn(polygons: Sequence[Polygon], size: Size) -> npt.NDArray[np.bool_]:
    """True inside any of the relative polygons."""
    canvas = np.zeros((size.height, size.width), np.uint8)
    for polygon in polygons:
        corners = np.array([(p.x * size.width, p.y * size.height) for p in polygon])
        cv2.fillPoly(canvas, [np.rint(corners).astype(np.int32)], 1)
    return canvas.astype(bool)
