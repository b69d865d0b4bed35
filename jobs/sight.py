"""What jobs know of the cameras: the newest facts, and the frames they keep for a look."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Protocol

from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import CameraUpdate, EncodedFrame, FrameRequest
from frigate_ext.domain.camera import Camera, CameraState
from frigate_ext.domain.watch import Watch
from frigate_ext.errors import FrameUnavailableError
from genai.judge import LookImage
from jobs.picture import View, attention, image_of, wanted
from jobs.pins import Pins
from jobs.plan import Ask, Scene
from jobs.trigger import Edge, matches

_FRAME_TIMEOUT = 2.0
_PINS = 512
_PINNED_BYTES = 64 << 20


class FrameSource(Protocol):
    """Frames on demand, see `frigate_ext.bus.frames`."""

    def ask(self, wanted: FrameRequest, *, timeout: float = 2.0) -> Future[tuple[EncodedFrame, ...]]: ...


class Sight:
    """Thread-safe. `note` is called for every message of the bus and never blocks."""

    def __init__(self, frames: FrameSource, latest: LatestUpdates, cameras: Mapping[str, Camera]) -> None:
        """`cameras` may be other ones at any time."""
        self._frames = frames
        self._latest = latest
        self._cameras = cameras
        self._views: dict[str, View] = {}
        self._pins = Pins(
            lambda request: frames.ask(request, timeout=_FRAME_TIMEOUT), count=_PINS, max_bytes=_PINNED_BYTES
        )

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
            return _view_of(ask.edge)
        view = self._views.get(camera)
        if view is None:
            raise FrameUnavailableError(f"{camera} has sent no frame yet")
        return view

    @staticmethod
    def view_of(edge: Edge) -> View:
        """An edge's own frame."""
        return _view_of(edge)

    def pin(self, watch: Watch, edge: Edge) -> None:
        """Fetch what the look at an edge will show, while it is to be had. Never blocks."""
        self.fetch(watch, _view_of(edge))

    def fetch(self, watch: Watch, view: View) -> None:
        """Begin to fetch what a judge will be shown of a view. Never blocks."""
        if camera := self._cameras.get(watch.camera):
            self._pins.pin(wanted(watch, camera, view))

    def attend(self, camera: str) -> None:
        """Have a camera watched closely, as for one that is shown to a model. Never blocks."""
        self._frames.ask(attention(camera), timeout=_FRAME_TIMEOUT)

    def pictures(self, watch: Watch, view: View) -> tuple[LookImage, ...]:
        """What a judge is shown of a view; blocks for it. Raises FrameUnavailableError."""
        camera = self._cameras.get(watch.camera)
        if camera is None:
            raise FrameUnavailableError(f"{watch.camera} is not configured any more")
        request = wanted(watch, camera, view)
        try:
            frames = self._pins.pin(request).result(_FRAME_TIMEOUT)
        except FutureTimeoutError as exc:
            raise FrameUnavailableError(f"the frame of {watch.camera} did not arrive in time") from exc
        return tuple(image_of(request, frame) for frame in frames)


def _view_of(edge: Edge) -> View:
    """Its subject is no longer there where it has gone."""
    subject = edge.subject if edge.subject in edge.objects else None
    return View(edge.key, edge.frame_time, edge.frame_size, edge.objects, subject)
