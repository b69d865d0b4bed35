"""`look_cost_*`: bytes of a look's request, relative to a chat that grows by a picture with each look.

The chat is Frigate's way (`frigate/jobs/vlm_watch.py`): the system's message, the last ten turns with their
pictures and replies, and the new picture, each at most 480 pixels high in JPEG of quality 85. It has its full
length from the 11th look on, so only those looks are compared. Both show the same frames.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from bench import scenes
from bench.record import Record, Target, count
from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import default_endpoint
from frigate_ext.bus.frames import FrameClient, FrameServer
from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.ring import FrameRing
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.frame import Frame, FrameKey
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.verdict import Answer
from frigate_ext.domain.watch import Pictures, Watch
from genai.judge import LookImage, PastVerdict, Question
from genai.prompt import messages, reply_schema
from jobs.picture import View
from jobs.sight import Sight

TURNS = 10
"""Earlier looks that the chat keeps."""
_HEIGHT, _QUALITY = 480, 85
SYSTEM_LENGTH, REPLY_LENGTH = 1500, 200
"""Characters of the chat's system message, and of a reply in JSON with two short sentences."""
_HD = Size(1280, 720)
_LOOKS = 30
_APART = 2.0
"""Seconds between looks, so that every earlier moment is a frame of its own."""
_FAR = Box(600, 330, 640, 410)
"""What triggers the looks: small enough for a close-up."""
_CONDITION = "a parcel is left on the porch"


class _Way(NamedTuple):
    """One way to show a look."""

    record: str
    words: str
    target: Target
    pictures: Pictures
    small: bool = False
    """Whether the trigger is so small that a close-up comes with it."""


class _Bytes(NamedTuple):
    """Of the mean request, for frames of one height."""

    height: int
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    def __str__(self) -> str:
        return f"{self.ours / 1024:.0f} vs {self.theirs / 1024:.0f} KiB at {self.height}p"


_ONE, _FOUR = Target(0.1, at_most=True), Target(0.4, at_most=True)
WAYS = (
    _Way("look_cost_image", "one picture, the default", _ONE, Pictures()),
    _Way("look_cost_tile", "one tile: three moments, a close-up", _ONE, Pictures(moments=4), small=True),
    _Way("look_cost_four", "four pictures of as many moments", _FOUR, Pictures(moments=4, tile=False)),
)


def run(*, quick: bool) -> list[Record]:
    clip = scenes.street(TURNS + (10 if quick else _LOOKS))
    return [_record(way, [_compare(way, film) for film in (clip, _large(clip))]) for way in WAYS]


def _large(film: Sequence[Frame]) -> list[Frame]:
    return [scenes.tiled(frame, _HD) for frame in film]


def _compare(way: _Way, film: Sequence[Frame]) -> _Bytes:
    ours = [len(json.dumps(request)) for request in requests(way, film)][TURNS:]
    theirs = [len(json.dumps(chat(film[: n + 1]))) for n in range(TURNS, len(film))]
    return _Bytes(film[0].size.height, sum(ours) / len(ours), sum(theirs) / len(theirs))


def _record(way: _Way, sizes: Sequence[_Bytes]) -> Record:
    """The worst of all frame sizes counts."""
    ratio = max(size.ratio for size in sizes)
    versus = f"{way.words}: bytes a look vs a chat with {TURNS + 1} pictures; {'; '.join(map(str, sizes))}"
    return count(way.record, float(f"{ratio:.3g}"), "x", versus, way.target)


def chat(film: Sequence[Frame]) -> dict[str, Any]:
    """The body of the request that asks about the last frame of `film`, with up to ten turns before it."""
    conversation: list[dict[str, Any]] = [{"role": "system", "content": "x" * SYSTEM_LENGTH}]
    for frame in film[-TURNS - 1 : -1]:
        conversation += [turn(frame), {"role": "assistant", "content": "x" * REPLY_LENGTH}]
    return {"model": "model", "messages": [*conversation, turn(film[-1])]}


def turn(frame: Frame) -> dict[str, Any]:
    """A picture as the user's message."""
    url = f"data:image/jpeg;base64,{b64encode(_jpeg(frame)).decode()}"
    shown = {"type": "image_url", "image_url": {"url": url}}
    return {"role": "user", "content": [{"type": "text", "text": "Frame captured at 12:00:00."}, shown]}


def _jpeg(frame: Frame) -> bytes:
    """By way of BGR and OpenCV; never scaled up."""
    planes = [plane.reshape(-1) for plane in (frame.y, frame.u, frame.v)]
    wide, high = frame.size
    picture = cv2.cvtColor(np.concatenate(planes).reshape(high * 3 // 2, wide), cv2.COLOR_YUV2BGR_I420)
    if high > _HEIGHT:
        picture = cv2.resize(picture, (wide * _HEIGHT // high, _HEIGHT), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def requests(way: _Way, film: Sequence[Frame]) -> Iterator[dict[str, Any]]:
    """The body of each look's request; the pictures come over the bus as they do for a job."""
    watch = Watch(name="bench", camera=scenes.CAMERA, condition=_CONDITION, pictures=way.pictures)
    ring = FrameRing(10.0, 256 << 20)
    with _sight(ring) as sight:
        for seq, frame in enumerate(film):
            key = FrameKey(scenes.CAMERA, 1, seq)
            shown = Frame(scenes.CAMERA, seq * _APART, frame.y, frame.u, frame.v, frame.full_range)
            ring.put(key, shown)
            thing = scenes.somebody(scenes.CAMERA, "1", shown.time, _FAR)
            view = View(key, shown.time, frame.size, (thing,), thing if way.small else None)
            yield _request(view, sight.pictures(watch, view))


@contextmanager
def _sight(ring: FrameRing) -> Iterator[Sight]:
    camera = Camera(scenes.CAMERA, scenes.CAMERA, ("person",), ())
    with ExitStack() as parts:
        endpoint = default_endpoint(Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))))
        frames, server = FrameClient(endpoint), FrameServer(endpoint, 1, {scenes.CAMERA: ring})
        for worker in (Broker(endpoint), server, frames):
            worker.start()
            parts.callback(worker.join)
            parts.callback(worker.stop)
        _wait_for_server(frames)
        yield Sight(frames, LatestUpdates(), {scenes.CAMERA: camera})


def _wait_for_server(frames: FrameClient) -> None:
    """Until it says that the frame is gone, and not that nobody has the camera."""
    deadline = time.monotonic() + 10.0
    while "gone" not in str(frames.request(scenes.CAMERA).exception(10.0)):
        if time.monotonic() > deadline:
            raise TimeoutError("the frame server is not known")
        threading.Event().wait(0.02)


def _request(view: View, images: tuple[LookImage, ...]) -> dict[str, Any]:
    """A question with a full history, as `genai.channel` sends it."""
    history = tuple(PastVerdict(Answer.NOT_MET, 0.9, view.frame_time - age) for age in (50, 40, 30, 20, 10))
    question = Question(
        camera=Camera(scenes.CAMERA, scenes.CAMERA, ("person",), ()),
        condition=_CONDITION,
        labels=(),
        zones=(),
        frame_time=view.frame_time,
        frame_size=view.size,
        images=images,
        objects=view.objects,
        history=history,
    )
    schema = {"name": "verdict", "schema": reply_schema(bounded=True)}
    answer = {"type": "json_schema", "json_schema": schema}
    return {"model": "model", "messages": messages(question), "response_format": answer}
