"""Cameras in, facts and frames out, in one loop that also proves it is alive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice

from frigate_ext.bus.frames import FrameServer
from frigate_ext.bus.publisher import Publisher, new_epoch
from frigate_ext.bus.ring import FrameRing
from frigate_ext.detection_process.camera import CameraLoop, FrameSource, FrameSteps
from frigate_ext.detection_process.load import Load
from frigate_ext.detection_process.ration import Standing
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.detection_process.together import TOGETHER, InferAll, look_together
from frigate_ext.pipeline import Draft, PipelineSettings
from frigate_ext.runtime.clock import SystemClock

_IDLE = 0.25
"""Longest wait for a frame, s: how soon the loop notices a wish to stop."""

_NEIGHBOURLY = 10.0
"""Seconds at full rate after an object has appeared on a neighbouring camera."""


class DetectionLoop:
    """Round-robin over the newest frames of all cameras. For one thread, but for the frame server it owns."""

    def __init__(
        self,
        settings: DetectionSettings,
        ready: threading.Event,
        infer_all: InferAll,
        shown: Callable[[str, float], None] = lambda *_: None,
    ) -> None:
        """`ready` is set by whoever has a new frame; `shown` is as for `FrameServer`."""
        self._ready = ready
        self._infer_all = infer_all
        self._ring_seconds = settings.ring_seconds
        self.ring_bytes = settings.ring_bytes
        """Memory for the frames of all cameras; heeded when they are other ones."""
        self._clock_ahead = settings.clock_ahead
        self._epoch = new_epoch(self._clock_ahead)
        self._clock = SystemClock()
        self._load = Load(self._clock.now().monotonic)
        self._alone_until = self._clock.now().monotonic + settings.alone_seconds
        self._cameras: dict[str, CameraLoop] = {}
        self._neighbours: dict[str, frozenset[str]] = {}
        self._rings: dict[str, FrameRing] = {}
        self._publisher = Publisher(settings.endpoint, settings.keys)
        self._server = FrameServer(
            settings.endpoint,
            self._epoch,
            self._rings,
            self._look_closely,
            settings.keys,
            shown=shown,
        )
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
        """Take on a camera that is not there; `neighbours` wake it.

        One that was there before counts as another run of it: it has an epoch of its own.
        """
        self._rings[name] = ring = FrameRing(self._ring_seconds, self.ring_bytes)
        self._neighbours[name] = neighbours
        self._cameras[name] = CameraLoop(
            name,
            new_epoch(self._clock_ahead),
            source,
            pipeline,
            ring=ring,
            publish=self._publisher.publish,
            guard=guard,
            clock=self._clock,
        )
        self._share_out()

    def remove(self, name: str, why: str) -> None:
        """Let go of a camera, whose objects end; the bus is told `why`."""
        self._cameras.pop(name).retire(why)
        del self._rings[name], self._neighbours[name]
        self._share_out()

    def change_rules(self, name: str, pipeline: PipelineSettings, neighbours: frozenset[str]) -> None:
        """Go on with a camera by settings that keep tracks."""
        self._cameras[name].change_rules(pipeline)
        self._neighbours[name] = neighbours

    def _share_out(self) -> None:
        """There are other cameras than before: give each its share of memory, and say so on the bus."""
        for ring in self._rings.values():
            ring.max_bytes = self.ring_bytes // len(self._rings)
        self._load.begin_anew()
        self._server.announce()

    def turn(self, beat: Callable[[], None]) -> None:
        """Give every camera its turn, then wait a moment for the next frames. `beat` is called in between.

        Frames that wait are looked at some at a time; those of cameras that a watch job is looking at are
        with every some, whenever they come.
        """
        self._ready.clear()
        active = [camera for camera in self._cameras.values() if camera.standing is Standing.ACTIVE]
        others = self._begun([camera for camera in self._cameras.values() if camera not in active])
        done, looked_at = False, 0
        while not done:
            beat()
            first = list(self._begun(active))
            room = max(1, TOGETHER - len(first))
            next_ones = list(islice(others, room))
            self._look([*first, *next_ones])
            looked_at += len(first) + len(next_ones)
            done = len(next_ones) < room
        self._load.waited(lambda: self._ready.wait(_IDLE))
        if looked_at < TOGETHER < len(self._cameras):
            self._load.waited(lambda: time.sleep(self._load.patience))
        self._load.measure(self._cameras.values(), self._clock.now().monotonic)

    def _begun(self, cameras: Iterable[CameraLoop]) -> Iterator[tuple[CameraLoop, Draft]]:
        """Those that have something for the detector."""
        for camera in cameras:
            camera.share = self._load.ration.share(camera.standing)
            if draft := camera.begin():
                yield camera, draft

    def _look(self, waiting: Sequence[tuple[CameraLoop, Draft]]) -> None:
        alone = self._clock.now().monotonic < self._alone_until
        for some in [[one] for one in waiting] if alone else [waiting]:
            if some:
                look_together(some, self._infer_all)
        for camera, _ in waiting:
            if camera.stirred:
                self._wake_neighbours(camera.name)

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
