"""What jobs know of the cameras: the newest facts, and the frames they keep for a look."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Protocol

from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import CameraUpdate, EncodedFrame
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.watch import Watch
from frigate_ext.errors import FrameUnavailableError
from genai.judge import LookImage
from jobs.policy import Ask, Scene
from jobs.trigger import matches

PICTURE_HEIGHT = 480
"""Pixels; what a model is shown is never higher."""
_FRAME_TIMEOUT = 2.0


class FrameSource(Protocol):
    """Frames on demand, see `frigate_ext.bus.frames`."""

    def request(
        self, camera: str, *, key: FrameKey | None = None, height: int = 480, timeout: float = 2.0
    ) -> Future[tuple[EncodedFrame, ...]]: ...


@dataclass(frozen=True, slots=True)
class View:
    """One frame of one camera and the real objects in it."""

    key: FrameKey
    frame_time: float
    size: Size | None
    objects: tuple[TrackedObject, ...]


class Sight:
    """Thread-safe. `note` is called for every message of the bus and never blocks."""

    def __init__(self, frames: FrameSource, latest: LatestUpdates, *, pins: int = 512) -> None:
        self._frames = frames
        self._latest = latest
        self._lock = threading.Lock()
        self._views: dict[str, View] = {}
        self._pinned: OrderedDict[FrameKey, Future[tuple[EncodedFrame, ...]]] = OrderedDict()
        self._room = pins

    def note(self, update: CameraUpdate) -> None:
        if update.frame_time is not None:
            real = tuple(o for o in update.objects if o.is_real)
            self._views[update.camera] = View(update.key, update.frame_time, update.size, real)

    def trouble(self, camera: str) -> str | None:
        """Why the camera can't see just now, for people; None when it can."""
        latest = self._latest.get(camera)
        if latest is None:
            return "nothing heard from the camera yet"
        if latest.silent:
            return "the detection process is silent"
        if latest.update.state is not CameraState.ONLINE:
            return latest.update.detail or f"the camera is {latest.update.state.value}"
        return None

    def is_starting(self, camera: str) -> bool:
        """Whether the camera has not had its first chance yet."""
        latest = self._latest.get(camera)
        return latest is None or latest.update.state is CameraState.STARTING

    def scene(self, watch: Watch) -> Scene:
        view = self._views.get(watch.camera)
        active = view is not None and any(o.active and matches(watch, o) for o in view.objects)
        online = view is not None and self.trouble(watch.camera) is None
        return Scene(online=online, active=active, frame_time=view.frame_time if view else -math.inf)

    def view(self, camera: str, ask: Ask) -> View:
        """The frame to judge: the edge's own, else the newest. Raises FrameUnavailableError."""
        if ask.edge is not None:
            edge = ask.edge
            return View(edge.key, edge.frame_time, edge.frame_size, edge.objects)
        view = self._views.get(camera)
        if view is None:
            raise FrameUnavailableError(f"{camera} has sent no frame yet")
        return view

    def pin(self, key: FrameKey) -> Future[tuple[EncodedFrame, ...]]:
        """Fetch a frame at once and keep it; asked for again, it is the same one. Never blocks."""
        with self._lock:
            if key in self._pinned:
                self._pinned.move_to_end(key)
                return self._pinned[key]
            frame = self._frames.request(key.camera, key=key, height=PICTURE_HEIGHT, timeout=_FRAME_TIMEOUT)
            self._pinned[key] = frame
            while len(self._pinned) > self._room:
                self._pinned.popitem(last=False)
        return frame

    def pictures(self, key: FrameKey) -> tuple[LookImage, ...]:
        """The frame as a judge is shown it; blocks for the frame. Raises FrameUnavailableError."""
        try:
            frames = self.pin(key).result(_FRAME_TIMEOUT)
        except FutureTimeoutError as exc:
            raise FrameUnavailableError(f"the frame of {key.camera} did not arrive in time") from exc
        return tuple(
            LookImage(f.jpeg, FrameKey(key.camera, f.epoch, f.seq), f.frame_time, f.size) for f in frames
        )
