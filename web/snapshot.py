"""Pictures of events as somebody wants them: outlined, dated, cropped, smaller."""

from __future__ import annotations

from dataclasses import dataclass

import cv2

from frigate_ext.domain.event import Event
from frigate_ext.domain.frame import Image
from frigate_ext.domain.geometry import Box
from web.overlay import Encoding, decode, draw_box, encode, write_time

MIN_HEIGHT = 16
MAX_HEIGHT = 4320
THUMBNAIL_HEIGHT = 175
"""Pixels, as Frigate has it."""
_AROUND = 1.1
"""How much larger than the object a crop is."""


@dataclass(frozen=True, slots=True)
class Wish:
    """`height` in pixels, None as it is; `quality` is JPEG's 1..100."""

    box: bool = False
    timestamp: bool = False
    crop: bool = False
    height: int | None = None
    quality: int = 70

    @property
    def is_plain(self) -> bool:
        return not (self.box or self.timestamp or self.crop or self.height)


def picture(jpeg: bytes, event: Event, wish: Wish) -> bytes:
    """Return an event's snapshot as wished, encoded again only where it has to change.

    An event of before we kept boxes is neither outlined nor cropped.
    """
    if wish.is_plain:
        return jpeg
    image = decode(jpeg)
    box = _box_in(image, event)
    if wish.box and box is not None:
        draw_box(image, box, f"{event.label} {event.top_score:.0%}")
    if wish.crop and box is not None:
        image = _cropped(image, box)
    image = _scaled(image, wish.height)
    if wish.timestamp and event.snapshot_time is not None:
        write_time(image, event.snapshot_time)
    return encode(image, Encoding(".jpg", wish.quality))


def thumbnail(jpeg: bytes, event: Event, encoding: Encoding) -> bytes:
    """Return the object alone, or the whole snapshot where its place is not known, small."""
    image = decode(jpeg)
    box = _box_in(image, event)
    whole = image if box is None else _cropped(image, box)
    return encode(_scaled(whole, THUMBNAIL_HEIGHT), encoding)


def _box_in(image: Image, event: Event) -> Box | None:
    """The object's box in pixels of this picture."""
    if event.snapshot_box is None or event.frame_size is None:
        return None
    height, width = image.shape[:2]
    fx, fy = width / event.frame_size.width, height / event.frame_size.height
    x1, y1, x2, y2 = event.snapshot_box
    return Box(round(x1 * fx), round(y1 * fy), round(x2 * fx), round(y2 * fy))


def _cropped(image: Image, box: Box) -> Image:
    """A square around the box, as far as the picture goes."""
    height, width = image.shape[:2]
    half = max(box.x2 - box.x1, box.y2 - box.y1, MIN_HEIGHT) * _AROUND / 2
    x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    left, top = max(0, round(x - half)), max(0, round(y - half))
    part = image[top : min(height, round(y + half)), left : min(width, round(x + half))]
    return part if part.size else image


def _scaled(image: Image, height: int | None) -> Image:
    tall, wide = image.shape[:2]
    if height is None or height >= tall:
        return image
    size = (max(1, round(wide * height / tall)), height)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(image.dtype, copy=False)
