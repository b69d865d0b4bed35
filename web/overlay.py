"""Drawing what we know onto a picture somebody asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import cv2
import numpy as np

from frigate_ext.bus.schema import EncodedFrame
from frigate_ext.domain.camera import Zone
from frigate_ext.domain.frame import Image
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.errors import FrameUnavailableError

BOX_COLOR = (80, 200, 60)
ZONE_COLOR = (40, 170, 255)
TEXT_COLOR = (255, 255, 255)
FONT = cv2.FONT_HERSHEY_SIMPLEX


@dataclass(frozen=True, slots=True)
class Overlay:
    """What to draw."""

    boxes: bool = False
    timestamp: bool = False
    zones: bool = False


def draw(
    frame: EncodedFrame,
    overlay: Overlay,
    zones: Sequence[Zone],
    objects: Iterable[TrackedObject],
    quality: int,
) -> bytes:
    """Return the frame's JPEG, drawn on and encoded again only where something is asked for.

    `objects` have boxes in pixels of `frame.frame_size`; only real ones that are seen now are drawn.
    """
    if overlay == Overlay():
        return frame.jpeg
    image = _decode(frame.jpeg)
    for zone in zones if overlay.zones else ():
        _draw_zone(image, zone)
    for thing in objects if overlay.boxes else ():
        if thing.is_real and thing.is_seen:
            _draw_box(image, thing, frame)
    if overlay.timestamp:
        moment = datetime.fromtimestamp(frame.frame_time).astimezone()
        _write(image, moment.strftime("%Y-%m-%d %H:%M:%S"), (6, image.shape[0] - 8))
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _decode(jpeg: bytes) -> Image:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise FrameUnavailableError("the picture can't be decoded")
    return image.astype(np.uint8, copy=False)


def _draw_zone(image: Image, zone: Zone) -> None:
    height, width = image.shape[:2]
    corners = np.array([(x * width, y * height) for x, y in zone.polygon], np.int32)
    cv2.polylines(image, [corners], isClosed=True, color=ZONE_COLOR, thickness=2)


def _draw_box(image: Image, thing: TrackedObject, frame: EncodedFrame) -> None:
    height, width = image.shape[:2]
    fx, fy = width / frame.frame_size.width, height / frame.frame_size.height
    x1, y1, x2, y2 = (round(v * f) for v, f in zip(thing.box, (fx, fy, fx, fy), strict=True))
    cv2.rectangle(image, (x1, y1), (x2, y2), BOX_COLOR, 2)
    _write(image, f"{thing.label} {thing.score:.0%}", (x1 + 2, max(14, y1 - 5)))


def _write(image: Image, text: str, at: tuple[int, int]) -> None:
    cv2.putText(image, text, at, FONT, 0.5, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(image, text, at, FONT, 0.5, TEXT_COLOR, 1, cv2.LINE_AA)
