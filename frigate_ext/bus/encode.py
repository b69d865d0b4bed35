"""A frame's planes become a JPEG: scaled and encoded as YUV, so that nobody pays for a colour conversion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.errors import FrameUnavailableError


def _stretch(span: int, zero: int, becomes: int) -> npt.NDArray[np.float32]:
    """Matrix from video range, `span` wide around or from `zero`, to full range (ITU-T T.871)."""
    gain = 255.0 / span
    return np.array([[gain, becomes - gain * zero]], np.float32)


_LUMA = _stretch(219, zero=16, becomes=0)
_CHROMA = _stretch(224, zero=128, becomes=128)


@dataclass(frozen=True, slots=True)
class View:
    """Which part of a frame and how large; `crop` has even edges inside the frame, `size` is even."""

    crop: Box
    size: Size


def view_of(frame_size: Size, crop: Box | None, height: int) -> View:
    """Fit what was asked for into the frame: edges outwards to even pixels, aspect kept, never scaled up.

    Raises FrameUnavailableError when nothing of the crop lies inside.
    """
    width_limit, height_limit = frame_size.width & ~1, frame_size.height & ~1
    asked = crop or Box(0, 0, width_limit, height_limit)
    fitted = Box(
        max(0, asked.x1) & ~1,
        max(0, asked.y1) & ~1,
        min((asked.x2 + 1) & ~1, width_limit),
        min((asked.y2 + 1) & ~1, height_limit),
    )
    if fitted.width < 2 or fitted.height < 2:  # noqa: PLR2004 - one chroma sample
        raise FrameUnavailableError(f"the crop {tuple(asked)} lies outside the frame {tuple(frame_size)}")
    high = max(2, min(height, fitted.height) & ~1)
    wide = max(2, round(fitted.width * high / fitted.height / 2) * 2)
    return View(fitted, Size(wide, high))


class Planes(NamedTuple):
    """Full-range YUV 4:2:0 of even size; may share memory with the frame they are of: don't write to them."""

    y: Image
    u: Image
    v: Image

    def jpeg(self, quality: int) -> bytes:
        """JPEG (JFIF, so BT.601 full range) with 4:2:0 chroma; `quality` 1..100."""
        encoded: bytes = simplejpeg.encode_jpeg_yuv_planes(*self, quality=quality)
        return encoded


def encode_jpeg(frame: Frame, view: View, quality: int) -> bytes:
    """A part of a frame as JPEG; `quality` 1..100."""
    return planes_of(frame, view).jpeg(quality)


def planes_of(frame: Frame, view: View) -> Planes:
    """A part of a frame, scaled.

    The planes' own matrix is kept: a BT.709 stream keeps its slight difference in hue.
    """
    x1, y1, x2, y2 = view.crop
    wide, high = view.size
    luma = _scaled(frame.y[y1:y2, x1:x2], Size(wide, high))
    chroma = [
        _scaled(plane[y1 // 2 : y2 // 2, x1 // 2 : x2 // 2], Size(wide // 2, high // 2))
        for plane in (frame.u, frame.v)
    ]
    if not frame.full_range:
        luma, chroma = _stretched(luma, _LUMA), [_stretched(plane, _CHROMA) for plane in chroma]
    return Planes(luma, *chroma)


def _scaled(plane: Image, size: Size) -> Image:
    """Mean over whole blocks, then bilinear for the rest (under 2x): 10x cheaper than INTER_AREA alone."""
    height, width = plane.shape
    factor = min(height // size.height, width // size.width)
    if factor > 1:
        whole = plane[: height // factor * factor, : width // factor * factor]
        plane = _resized(whole, Size(width // factor, height // factor), cv2.INTER_AREA)
    if plane.shape != (size.height, size.width):
        plane = _resized(plane, size, cv2.INTER_LINEAR)
    return np.ascontiguousarray(plane)


def _resized(plane: Image, size: Size, interpolation: int) -> Image:
    return np.asarray(cv2.resize(plane, size, interpolation=interpolation), np.uint8)


def _stretched(plane: Image, matrix: npt.NDArray[np.float32]) -> Image:
    """Scaled, shifted, rounded and clipped to 0..255, in one vectorised pass."""
    return np.asarray(cv2.transform(plane, matrix), np.uint8)
