"""Drawing what we know onto a picture somebody asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import cv2
import numpy as np

from frigate_ext.bus.schema import EncodedFrame
from frigate_ext.domain.camera import Zone
from frigate_ext.domain.frame import Image
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.errors import FrameUnavailableError

BOX_COLOR = (80, 200, 60)
ZONE_COLOR = (40, 170, 255)
TEXT_COLOR = (255, 255, 255)
TEXT_BACKGROUND = (0, 0, 0)
_MARGIN = 2
"""Pixels around a text."""
FONT = cv2.FONT_HERSHEY_SIMPLEX


_QUALITY = {".jpg": cv2.IMWRITE_JPEG_QUALITY, ".webp": cv2.IMWRITE_WEBP_QUALITY}


@dataclass(frozen=True, slots=True)
class Overlay:
    """What to draw."""

    boxes: bool = False
    timestamp: bool = False
    zones: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """`quality` is 1..100; PNG loses nothing, whatever it is."""

    kind: Literal[".jpg", ".webp", ".png"]
    quality: int


def draw(
    frame: EncodedFrame,
    overlay: Overlay,
    zones: Sequence[Zone],
    objects: Iterable[TrackedObject],
    encoding: Encoding,
) -> bytes:
    """Return the frame as a picture, drawn on and encoded again only where something is asked for.

    `objects` have boxes in pixels of `frame.frame_size`; only real ones that are seen now are drawn.
    """
    if overlay == Overlay() and encoding.kind == ".jpg":
        return frame.jpeg
    image = decode(frame.jpeg)
    for zone in zones if overlay.zones else ():
        _draw_zone(image, zone)
    for thing in objects if overlay.boxes else ():
        if thing.is_real and thing.is_seen:
            _draw_object(image, thing, frame)
    if overlay.timestamp:
        write_time(image, frame.frame_time)
    return encode(image, encoding)


def encode(image: Image, encoding: Encoding) -> bytes:
    """Return a picture as its files are."""
    setting = [_QUALITY[encoding.kind], encoding.quality] if encoding.kind in _QUALITY else []
    return bytes(cv2.imencode(encoding.kind, image, setting)[1])


def write_time(image: Image, time: float) -> None:
    """Write a moment (epoch s) into the lower left corner, in local time."""
    moment = datetime.fromtimestamp(time).astimezone()
    _write(image, moment.strftime("%Y-%m-%d %H:%M:%S"), (6, image.shape[0] - 8))


def decode(jpeg: bytes) -> Image:
    """Raise FrameUnavailableError for what is no picture."""
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise FrameUnavailableError("the picture can't be decoded")
    return image.astype(np.uint8, copy=False)


def _draw_zone(image: Image, zone: Zone) -> None:
    height, width = image.shape[:2]
    corners = np.array([(x * width, y * height) for x, y in zone.polygon], np.int32)
    cv2.polylines(image, [corners], isClosed=True, color=ZONE_COLOR, thickness=2)


def _draw_object(image: Image, thing: TrackedObject, frame: EncodedFrame) -> None:
    height, width = image.shape[:2]
    fx, fy = width / frame.frame_size.width, height / frame.frame_size.height
    box = Box(*(round(v * f) for v, f in zip(thing.box, (fx, fy, fx, fy), strict=True)))
    draw_box(image, box, f"{thing.label} {thing.score:.0%}")


def draw_box(image: Image, box: Box, text: str) -> None:
    """Outline a box in pixels of this image, and say what it is."""
    cv2.rectangle(image, box[:2], box[2:], BOX_COLOR, 2)
    _write(image, text, (box.x1 + 2, box.y1 - 5))


def _write(image: Image, text: str, at: tuple[int, int]) -> None:
    """White on black, as near to where it should begin as all of it can be seen.

    Not outlined: a font's thicker letters may be wider.
    """
    (wide, tall), below = cv2.getTextSize(text, FONT, 0.5, 1)
    height, width = image.shape[:2]
    x = max(_MARGIN, min(at[0], width - wide - _MARGIN - 1))
    y = max(tall + _MARGIN, min(at[1], height - below - 1))
    corners = (x - _MARGIN, y - tall - _MARGIN), (x + wide + _MARGIN, y + below)
    cv2.rectangle(image, *corners, TEXT_BACKGROUND, cv2.FILLED)
    cv2.putText(image, text, (x, y), FONT, 0.5, TEXT_COLOR, 1, cv2.LINE_AA)
