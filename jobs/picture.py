"""What a judge is to be shown of a frame. Decides; the frame is cut, tiled and encoded where it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from frigate_ext.bus.schema import EncodedFrame, FrameRequest, Outline, OutlineKind
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box, Point, Size
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.watch import Crop, Watch
from genai.judge import LookImage, Part

PICTURE_HEIGHT = 480
"""Pixels; what a model is shown is never higher ..."""
PICTURE_WIDTH = 1280
"""... nor wider, which matters for panoramas."""
PICTURE_QUALITY = 70
"""JPEG's; 85 would take half as many bytes again."""
PICTURE_BYTES = 192 << 10
"""Of one JPEG; more than twice what an ordinary street takes."""
MAX_PICTURES = 4
"""Moments and close-up together, in a tile or not."""
ATTEND = 60.0
"""Seconds for which a camera is watched closely when a job looks at it."""
MOMENTS_APART = 2.0
"""Seconds between two moments; four span six of the seconds that frames are kept for."""
SMALL = 96
"""Pixels. What is shown with a longer side than this needs no close-up: models see in patches of 14 to 32."""
GAIN = 1.25
"""A frame that is shown scaled down by less than this has hardly more to show close up."""
CLOSE_UP = 160
"""Detect pixels; a close-up's side is twice the object's longer one, and never less than this."""
_OUTLINED = 20
"""Objects; the largest."""


@dataclass(frozen=True, slots=True)
class View:
    """One frame of one camera and the real objects in it; `subject` is the one that triggered the look."""

    key: FrameKey
    frame_time: float
    size: Size | None
    objects: tuple[TrackedObject, ...]
    subject: TrackedObject | None = None


def wanted(watch: Watch, camera: Camera, view: View) -> FrameRequest:
    """The pictures of `view` that `watch` asks for: the same for all who ask for the same."""
    close_up = None
    if view.size and view.subject and watch.pictures.crop is Crop.AUTO:
        close_up = close_up_of(view.subject.box, view.size)
    moments = min(watch.pictures.moments, MAX_PICTURES - (close_up is not None))
    return FrameRequest(
        id=0,
        camera=view.key.camera,
        epoch=view.key.epoch,
        seq=view.key.seq,
        moments=moments,
        seconds=MOMENTS_APART * (moments - 1),
        height=shown_height(view.size) if view.size else PICTURE_HEIGHT,
        quality=PICTURE_QUALITY,
        close_up=close_up,
        outlines=tuple(_outlines(watch, camera, view)) if watch.pictures.draw else (),
        tile=watch.pictures.tile,
        max_bytes=PICTURE_BYTES,
        attend=ATTEND,
    )


def shown_height(frame: Size) -> int:
    """Pixels that a whole frame is high when it is shown."""
    return min(PICTURE_HEIGHT, frame.height, max(2, PICTURE_WIDTH * frame.height // frame.width))


def close_up_of(box: Box, frame: Size) -> Box | None:
    """A square around something small, in detect pixels; None where showing it would add nothing.

    It would where the longer side of `box` is less than `SMALL` pixels as shown, and the frame itself has
    more to show: `GAIN` times as many rows, at least.
    """
    shown = shown_height(frame) / frame.height
    longer = max(box.width, box.height)
    if longer * shown >= SMALL or shown * GAIN > 1:
        return None
    side = max(CLOSE_UP, 2 * longer)
    x1, x2 = _around((box.x1 + box.x2) // 2, side, frame.width)
    y1, y2 = _around((box.y1 + box.y2) // 2, side, frame.height)
    return Box(x1, y1, x2, y2)


def attention(camera: str) -> FrameRequest:
    """What has a camera watched closely without a picture of it."""
    return FrameRequest(id=0, camera=camera, moments=0, attend=ATTEND)


def image_of(request: FrameRequest, frame: EncodedFrame) -> LookImage:
    """A picture that came for `request`, as a judge takes it."""
    return LookImage(
        jpeg=frame.jpeg,
        key=FrameKey(request.camera, frame.epoch, frame.seq),
        frame_time=frame.frame_time,
        size=frame.size,
        parts=_parts(frame),
        outlined=bool(request.outlines) and frame.seq == request.seq and frame.crop is None,
    )


def _parts(frame: EncodedFrame) -> tuple[Part, ...]:
    if frame.crop is not None:
        return (Part(frame.frame_time, close_up=True),)
    return tuple(Part(pane.frame_time, close_up=pane.crop is not None) for pane in frame.panes)


def _around(middle: int, side: int, length: int) -> tuple[int, int]:
    """A span of `side` around `middle`, moved into 0..length, or all of that where it is shorter."""
    start = max(0, min(middle - side // 2, length - side))
    return start, min(start + side, length)


def _outlines(watch: Watch, camera: Camera, view: View) -> Iterator[Outline]:
    """The watched zones, and the objects of the watched kinds."""
    if view.size is None:
        return
    wide, high = view.size
    for zone in camera.zones:
        if zone.name in watch.zones:
            yield Outline(OutlineKind.ZONE, tuple(Point(x * wide, y * high) for x, y in zone.polygon))
    objects = [thing for thing in view.objects if not watch.labels or thing.label in watch.labels]
    objects.sort(key=lambda thing: thing.box.area, reverse=True)
    yield from (Outline(OutlineKind.OBJECT, _corners(thing.box)) for thing in objects[:_OUTLINED])


def _corners(box: Box) -> tuple[Point, ...]:
    return Point(box.x1, box.y1), Point(box.x2, box.y1), Point(box.x2, box.y2), Point(box.x1, box.y2)
