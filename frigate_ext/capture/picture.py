"""Decoded pictures to the planes of a frame."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from av import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from frigate_ext.domain.frame import Image
from frigate_ext.domain.geometry import Size

MAX_PIXELS: Final = 50_000_000
"""Larger pictures are not decoded: 8K has 33 million pixels, a JPEG bomb more."""


class Picture(NamedTuple):
    """Planes of YUV 4:2:0, as `Frame` has them: contiguous copies that nobody else holds."""

    y: Image
    u: Image
    v: Image
    full_range: bool


class Scaler:
    """Turns decoded pictures of any size and format into planes of one size; keeps swscale's context."""

    def __init__(self, size: Size | None) -> None:
        self._size = size
        self._swscale = VideoReformatter()

    def planes(self, decoded: VideoFrame) -> Picture:
        """Scale and convert only what differs; the range stays as the stream has it."""
        full_range = decoded.format.name.startswith("yuvj") or decoded.color_range == ColorRange.JPEG
        width, height = self._size or (decoded.width, decoded.height)
        if (decoded.width, decoded.height) != (width, height) or decoded.format.name not in {
            "yuv420p",
            "yuvj420p",
        }:
            decoded = self._convert(decoded, Size(width, height), full_range=full_range)
        half = Size((width + 1) // 2, (height + 1) // 2)
        y, u, v = decoded.planes
        return Picture(_copy(y, Size(width, height)), _copy(u, half), _copy(v, half), full_range)

    def _convert(self, decoded: VideoFrame, size: Size, *, full_range: bool) -> VideoFrame:
        color_range = ColorRange.JPEG if full_range else ColorRange.MPEG
        return self._swscale.reformat(
            decoded,
            width=size.width,
            height=size.height,
            format="yuv420p",
            interpolation=Interpolation.AREA,
            src_color_range=color_range,
            dst_color_range=color_range,
            threads=1,
        )


def _copy(plane: VideoPlane, size: Size) -> Image:
    """Copy `uint8 (H, W)` out of FFmpeg's padded rows, which a decoder may use again."""
    rows: Image = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: size.height, : size.width].copy()
