"""The child's main: cameras in, facts and frames out, in one loop that also proves it is alive."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing

from frigate_ext.bus.frames import FrameServer
from frigate_ext.bus.publisher import Publisher, new_epoch
from frigate_ext.bus.ring import FrameRing
from frigate_ext.capture.feed import Feed
from frigate_ext.capture.pool import CapturePool
from frigate_ext.detect.tuning import load_tuned
from frigate_ext.detection_process.camera import CameraLoop, FrameSource, FrameSteps
from frigate_ext.detection_process.load import Load
from frigate_ext.detection_process.marks import CrashMarks, Work
from frigate_ext.detection_process.ration import Standing
from frigate_ext.detection_process.settings import CameraSettings, DetectionSettings
from frigate_ext.pipeline import Pipeline
from frigate_ext.runtime.clock import SystemClock
from frigate_ext.runtime.link import ChildLink
from frigate_ext.runtime.logging import configure_logging

_IDLE = 0.25
"""Longest wait for a frame, s: how soon the loop notices a wish to stop."""

_NEIGHBOURLY = 10.0
"""Seconds at full rate after an object has appeared on a neighbouring camera."""


def run(settings: DetectionSettings, marks: CrashMarks, link: ChildLink) -> None:
    """Detect until told to stop; the target of the supervisor. Streams open while the detector is loaded.

    Messages on `link` are CameraSettings of cameras to add.
    """
    errors = configure_logging(settings.log_level)
    ready = threading.Event()
    with ExitStack() as parts:
        pool = CapturePool(guard=lambda camera: marks.guard(camera, Work.DECODE))
        parts.callback(_stop, pool)

        def open_stream(camera: CameraSettings) -> Feed:
            return pool.open(camera.name, camera.stream, ready.set)

        feeds = {camera.name: open_stream(camera) for camera in settings.cameras}
        detector = parts.enter_context(closing(load_tuned(settings.detector, settings.cache)))
        loop = parts.enter_context(closing(DetectionLoop(settings, ready)))

        def admit(camera: CameraSettings) -> None:
            feed = feeds.get(camera.name) or open_stream(camera)
            guard = marks.guard(camera.name, Work.DETECT)
            loop.add(
                camera.name,
                feed,
                Pipeline(camera.pipeline, detector),
                guard=guard,
                neighbours=camera.neighbours,
            )

        for camera in settings.cameras:
            admit(camera)
        while not link.stopping:
            for camera in link.messages():
                admit(camera)
            loop.turn(lambda: link.beat(errors=errors.errors, overload=loop.overload))


def _stop(pool: CapturePool) -> None:
    pool.stop()
    pool.join(1.0)


class DetectionLoop:
    """Round-robin over the newest frames of all cameras. For one thread, but for the frame server it owns."""

    def __init__(self, settings: DetectionSettings, ready: threading.Event) -> None:
        """`ready` is set by whoever has a new frame."""
        self._ready = ready
        self._ring_seconds = settings.ring_seconds
        self._ring_bytes = settings.ring_bytes // max(1, len(settings.cameras))
        self._epoch = new_epoch()
        self._clock = SystemClock()
        self._load = Load(self._clock.now().monotonic)
        self._cameras: dict[str, CameraLoop] = {}
        self._neighbours: dict[str, frozenset[str]] = {}
        self._rings: dict[str, FrameRing] = {}
        self._publisher = Publisher(settings.endpoint)
        self._server = FrameServer(settings.endpoint, self._epoch, self._rings, self._look_closely)
        self._server.start()

    @property
    def overload(self) -> int:
        """0 while there is time for every frame; see `Ration`."""
        return self._load.ration.level

    def add(
        self,
        name: str,
        source: FrameSource,
        pipeline: FrameSteps,
        *,
        guard: AbstractContextManager[object],
        neighbours: frozenset[str] = frozenset(),
    ) -> None:
        """Take on a camera; one that is there already stays as it is. `neighbours` wake it."""
        if name in self._cameras:
            return
        self._rings[name] = ring = FrameRing(self._ring_seconds, self._ring_bytes)
        self._neighbours[name] = neighbours
        self._cameras[name] = CameraLoop(
            name,
            self._epoch,
            source,
            pipeline,
            ring=ring,
            publish=self._publisher.publish,
            guard=guard,
            clock=self._clock,
        )
        self._server.announce()

    def turn(self, beat: Callable[[], None]) -> None:
        """Give every camera its turn; wait a moment when none had a frame. `beat` is called before each.

        Those that a watch job is looking at have one between any two of the others.
        """
        self._ready.clear()
        beat()
        worked = False
        active = [camera for camera in self._cameras.values() if camera.standing is Standing.ACTIVE]
        for camera in self._cameras.values():
            for each in (*active, camera):
                beat()
                worked |= self._give_turn(each)
        if not worked:
            self._load.waited(lambda: self._ready.wait(_IDLE))
        self._load.measure(self._cameras.values(), self._clock.now().monotonic)

    def _give_turn(self, camera: CameraLoop) -> bool:
        camera.one_in = self._load.ration.one_in(camera.standing)
        worked = camera.turn()
        if camera.stirred:
            self._wake_neighbours(camera.name)
        return worked

    def _wake_neighbours(self, name: str) -> None:
        for other, neighbours in self._neighbours.items():
            if name in neighbours:
                self._cameras[other].attend(_NEIGHBOURLY)

    def _look_closely(self, name: str, seconds: float) -> None:
        if camera := self._cameras.get(name):
            camera.look_closely(seconds)

    def close(self) -> None:
        self._server.stop()
        self._server.join(1.0)
        self._publisher.close()
