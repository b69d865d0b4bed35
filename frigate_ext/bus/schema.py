"""What goes over the wire, in one place: MessagePack by msgspec, typed, versioned, never pickle.

*Facts*: one `CameraUpdate` per processed frame and camera, at least one a second, on topic
`objects/<camera>/` (the closing slash because ZeroMQ matches prefixes). Two parts: topic, message.
*Frames*: a `FrameRequest` names what it wants; the `FrameReply` with the same `id` has it or says why not.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from frigate_ext.domain.camera import CameraState, SkipReason
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box, Point, Size
from frigate_ext.domain.objects import TrackedObject

SCHEMA_VERSION = 1
_MAIN = "/main"


class CameraStats(msgspec.Struct, frozen=True, kw_only=True):
    """Rates per second over the last seconds; counts since the process started."""

    camera_fps: float = 0.0
    process_fps: float = 0.0
    skipped_fps: float = 0.0
    detection_fps: float = 0.0
    """Inferences: a frame has as many as it has areas that are looked at."""
    inference_ms: float = 0.0
    """Mean of an inference."""
    frames: int = 0
    """Due, whether they were detected on or not."""
    skipped: int = 0
    """Of these, left out for want of time."""
    reconnects: int = 0
    reconnects_last_hour: int = 0
    stalls_last_hour: int = 0
    """Times it gave no sign of life for 2 s or longer."""
    skips: dict[SkipReason, int] = {}
    """All frames that were due and left out, by reason; those left out while nothing moves are no loss."""
    decoder: str = ""
    """What decodes the stream, for people: `software`, `vaapi`, `software (why not what was asked for)`."""


class CameraUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """Complete facts: how the camera is and which objects are in its frame now.

    `seq` counts this camera's messages within the publisher's `epoch` without a gap, so that losses can be
    counted. Where `frame_time` is set, the frame of `key` can be asked for during the next seconds; where
    it is not, `objects` repeats what was last seen.
    """

    v: int = SCHEMA_VERSION
    camera: str
    epoch: int
    seq: int
    time: float
    """Epoch s when published."""
    state: CameraState
    detail: str = ""
    """Why it is in that state, for people."""
    size: Size | None = None
    """Of the detect frame; None before the first frame."""
    frame_time: float | None = None
    """Epoch s of the frame; None when the message brings no new frame."""
    objects: tuple[TrackedObject, ...] = ()
    """Tracked objects, false positives included; those that have just ended come once, with `end_time`."""
    motion: tuple[Box, ...] = ()
    stats: CameraStats = CameraStats()
    delay: float | None = None
    """Seconds from when the frame was decoded until its objects were published."""

    @property
    def key(self) -> FrameKey:
        return FrameKey(self.camera, self.epoch, self.seq)


class FrameStatus(StrEnum):
    OK = "ok"
    GONE = "gone"
    """Asked for too late, or never kept."""
    UNKNOWN_CAMERA = "unknown_camera"
    """No live detection process has that camera."""
    FAILED = "failed"
    AWAY = "away"
    """There are no pictures of the main stream; the detail says why."""


class OutlineKind(StrEnum):
    OBJECT = "object"
    ZONE = "zone"


class Outline(msgspec.Struct, frozen=True):
    """A closed line drawn into a picture, through `points` in detect pixels."""

    kind: OutlineKind
    points: tuple[Point, ...]


class FrameRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Asks for JPEGs of one camera: by default the newest frame, whole.

    With `epoch` and `seq`: exactly that frame. With `moments` k > 1: k frames spread evenly over the last
    `seconds` before it (or before now), oldest first, itself last. `crop` is in detect pixels. The picture is
    scaled down to `height` (never up); `quality` is JPEG's 1..100. With no `moments` it only `attend`s.

    `close_up` (detect pixels) adds that part of the last frame as a picture of its own, before the last;
    `outlines` are drawn into the last. With `tile`, all of it comes as one JPEG of at most `height`. A JPEG
    larger than `max_bytes` is encoded again at less quality; None sets no limit.
    """

    id: int
    camera: str
    epoch: int | None = None
    seq: int | None = None
    moments: int = 1
    seconds: float = 0.0
    crop: Box | None = None
    height: int = 480
    quality: int = 80
    close_up: Box | None = None
    outlines: tuple[Outline, ...] = ()
    tile: bool = False
    max_bytes: int | None = None
    attend: float = 0.0
    """Seconds for which the camera is to be watched at full rate, whatever else there is to do."""
    at: float | None = None
    """Epoch s; only of a main stream, see `main_stream`."""


def main_stream(camera: str) -> str:
    """What the main stream of a camera is asked by, in place of the camera's name, which has no slash.

    It gives the picture nearest `at`, whole and at full size, whose `frame_time` says how near that is; its
    `epoch` and `seq` say nothing. Without `at` and with no `moments` it gives none. It is kept open for the
    seconds of `attend`. Where it is away the answer says so.
    """
    return f"{camera}{_MAIN}"


def whose(name: str) -> str:
    """The camera that is meant by its own name or that of its main stream."""
    return name.removesuffix(_MAIN)


class Pane(msgspec.Struct, frozen=True, kw_only=True):
    """What one part of a tile shows: `place` is in the tile's pixels, `crop` in detect pixels (None: all)."""

    frame_time: float
    crop: Box | None
    place: Box


class EncodedFrame(msgspec.Struct, frozen=True, kw_only=True):
    """A JPEG and which frame it is of; `size` is the JPEG's, `frame_size` the whole detect frame's.

    A tile has `panes`, as in a request's answer without it: oldest first, the frame itself last.
    """

    epoch: int
    seq: int
    frame_time: float
    size: Size
    frame_size: Size
    crop: Box | None = None
    panes: tuple[Pane, ...] = ()
    jpeg: bytes


class FrameReply(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    status: FrameStatus
    frames: tuple[EncodedFrame, ...] = ()
    detail: str = ""


class ReplyId(msgspec.Struct, frozen=True):
    """What a FrameReply answers, without its pictures."""

    id: int


def topic(camera: str) -> bytes:
    """Topic of a camera's facts."""
    return f"objects/{camera}/".encode()


def camera_of(facts: bytes) -> str:
    """The camera of a topic, which anybody may have written."""
    return facts.removeprefix(b"objects/").removesuffix(b"/").decode("utf-8", "replace")
