"""From YUV planes to the small RGB picture a network takes: planes are scaled first, converted last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Box, Size

STRIDE = 32
_GREY = (114, 128, 128)
"""RGB (114, 114, 114) in video-range YUV: what fills the margins, as in YOLO's training."""


def input_for(frame: Size, size: int) -> Size:
    """The smallest input that holds the frame with its longest side at `size`, a multiple of 32."""
    unit = max(frame) * STRIDE
    return Size(*(-(-side * size // unit) * STRIDE for side in frame))


class Letterbox:
    """Fits frames of one size into a network's input, centred, keeping their aspect.

    Holds a buffer: one thread.
    """

    def __init__(self, frame: Size, canvas: Size, *, stretch: bool = False) -> None:
        """`canvas` has even sides; `stretch` fills it and gives up the aspect, as RT-DETR was trained."""
        scale = min(canvas.width / frame.width, canvas.height / frame.height)
        content = canvas if stretch else Size(_even(frame.width * scale), _even(frame.height * scale))
        self.canvas = canvas
        self._scale = np.array([frame.width / content.width, frame.height / content.height] * 2, np.float32)
        self._limit = np.array([frame.width, frame.height] * 2, np.float32)
        self._yuv = np.empty((canvas.height * 3 // 2, canvas.width), np.uint8)
        left, top = (canvas.width - content.width) // 4 * 2, (canvas.height - content.height) // 4 * 2
        self._origin = np.array([left, top] * 2, np.float32)
        self._planes: list[Image] = []
        for plane, grey, part in zip(_i420(self._yuv, canvas), _GREY, (1, 2, 2), strict=True):
            plane[:] = grey
            rows = slice(top // part, (top + content.height) // part)
            self._planes.append(plane[rows, left // part : (left + content.width) // part])

    @classmethod
    def of_size(cls, frame: Size, size: int) -> Self:
        """Into `input_for` it."""
        return cls(frame, input_for(frame, size))

    def rgb(self, frame: Frame, picture: Image | None = None) -> Image:
        """`uint8 (H, W, 3)` RGB of the canvas' size, drawn into `picture` where one is given."""
        _scale((frame.y, frame.u, frame.v), self._planes, full_range=frame.full_range)
        return np.asarray(cv2.cvtColor(self._yuv, cv2.COLOR_YUV2RGB_I420, dst=picture), np.uint8)

    def to_frame(self, boxes: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """`(N, 4)` xyxy from pixels of the canvas to pixels of the frame, clipped to it."""
        clipped: npt.NDArray[np.float32] = np.clip((boxes - self._origin) * self._scale, 0, self._limit)
        return clipped


class Cutter:
    """Scales areas of frames to a network's input, which has their shape.

    Holds a buffer: one thread.
    """

    def __init__(self, canvas: Size) -> None:
        self.canvas = canvas
        self._yuv = np.empty((canvas.height * 3 // 2, canvas.width), np.uint8)
        self._planes = _i420(self._yuv, self.canvas)

    def rgb(self, frame: Frame, area: Box, picture: Image | None = None) -> Image:
        """`uint8 (H, W, 3)` RGB of an area that lies inside at even places; as `Letterbox.rgb`."""
        _scale(_cut(frame, area), self._planes, full_range=frame.full_range)
        return np.asarray(cv2.cvtColor(self._yuv, cv2.COLOR_YUV2RGB_I420, dst=picture), np.uint8)

    def to_frame(self, boxes: npt.NDArray[np.float32], area: Box) -> npt.NDArray[np.float32]:
        """`(N, 4)` xyxy from pixels of the area's picture to pixels of the frame, clipped to the area."""
        limit = np.array([*self.canvas, *self.canvas], np.float32)
        scale = np.array([area.width, area.height] * 2, np.float32) / limit
        origin = np.array([area.x1, area.y1] * 2, np.float32)
        within: npt.NDArray[np.float32] = origin + np.clip(boxes, 0, limit) * scale
        return within


def _cut(frame: Frame, area: Box) -> tuple[Image, Image, Image]:
    """The area's planes, as views."""
    rows, columns = slice(area.y1, area.y2), slice(area.x1, area.x2)
    half_rows, half_columns = slice(area.y1 // 2, area.y2 // 2), slice(area.x1 // 2, area.x2 // 2)
    return frame.y[rows, columns], frame.u[half_rows, half_columns], frame.v[half_rows, half_columns]


def bgr(frame: Frame) -> Image:
    """The whole frame as `uint8 (H, W, 3)` BGR; odd sides lose their last row or column."""
    size = Size(frame.size.width & ~1, frame.size.height & ~1)
    return Letterbox(frame.size, size, stretch=True).rgb(frame)[..., ::-1]


def from_bgr(picture: Image, camera: str, time: float = 0.0) -> Frame:
    """The other way round, in video range; odd sides lose their last row or column, too."""
    height, width = picture.shape[0] & ~1, picture.shape[1] & ~1
    yuv = cv2.cvtColor(np.ascontiguousarray(picture[:height, :width]), cv2.COLOR_BGR2YUV_I420)
    planes = _i420(np.asarray(yuv, np.uint8), Size(width, height))
    return Frame(camera, time, *planes)


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


def _i420(yuv: Image, size: Size) -> tuple[Image, Image, Image]:
    """Writable views on the three planes of an I420 buffer."""
    flat = yuv.reshape(-1)
    area, half = size.width * size.height, (size.height // 2, size.width // 2)
    return (
        flat[:area].reshape(size.height, size.width),
        flat[area : area * 5 // 4].reshape(half),
        flat[area * 5 // 4 :].reshape(half),
    )


def _scale(sources: Sequence[Image], targets: Sequence[Image], *, full_range: bool) -> None:
    """Y, U and V into the planes of an I420 buffer, in video range."""
    for index, (source, target) in enumerate(zip(sources, targets, strict=True)):
        _resize(source, target)
        if full_range:
            _to_video_range(target, chroma=index > 0)


def _resize(source: Image, target: Image) -> None:
    """Bilinear down to half the size, averaging below it (bilinear would skip pixels)."""
    height, width = target.shape
    shrinks = source.shape[0] > 2 * height
    cv2.resize(
        source, (width, height), dst=target, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )


def _to_video_range(plane: Image, *, chroma: bool) -> None:
    """0..255 to 16..235 (luma) or 16..240 around 128 (chroma), as the colour conversion expects (BT.601)."""
    span, zero, offset = (224, 128, 128) if chroma else (219, 0, 16)
    gain = span / 255
    cv2.convertScaleAbs(plane, dst=plane, alpha=gain, beta=offset - gain * zero)
