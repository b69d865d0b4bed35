"""The cameras of a running detection process: who comes and goes, and who goes on by other settings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from frigate_ext.capture.feed import Feed
from frigate_ext.capture.pool import CapturePool
from frigate_ext.detect.detector import Detector
from frigate_ext.detection_process.loop import DetectionLoop
from frigate_ext.detection_process.marks import CrashMarks, Work
from frigate_ext.detection_process.settings import CameraSettings, Change, change_of
from frigate_ext.pipeline import Pipeline

logger = logging.getLogger(__name__)


class Lineup:
    """For the thread of the main loop. Streams open before there is a loop to take their frames."""

    def __init__(self, pool: CapturePool, marks: CrashMarks, ready: threading.Event) -> None:
        """`ready` is set at each new frame."""
        self._pool = pool
        self._marks = marks
        self._ready = ready
        self._feeds: dict[str, Feed] = {}
        self._present: dict[str, CameraSettings] = {}

    def open(self, camera: CameraSettings) -> None:
        """Begin to connect; one that is open already stays so."""
        if camera.name not in self._feeds:
            self._marks.enrol(camera.name)
            self._feeds[camera.name] = self._pool.open(camera.name, camera.stream, self._ready.set)

    def become(self, cameras: Sequence[CameraSettings], loop: DetectionLoop, detector: Detector) -> None:
        """Work on exactly these. Cameras whose settings are as they were notice nothing."""
        wanted = {camera.name: camera for camera in cameras}
        for name in self._present.keys() - wanted.keys():
            logger.info("camera %s: not worked on any more", name)
            loop.remove(name, "it is not worked on any more")
            del self._present[name]
            self._feeds.pop(name).close()
        for name, camera in wanted.items():
            before = self._present.get(name)
            if before is None:
                self._add(camera, loop, detector)
            elif change := change_of(before, camera):
                self._change(camera, change, loop, detector)

    def _change(
        self, camera: CameraSettings, change: Change, loop: DetectionLoop, detector: Detector
    ) -> None:
        logger.info("camera %s: other settings from now on (%s)", camera.name, change.name.lower())
        if change is Change.RULES:
            self._present[camera.name] = camera
            loop.change_rules(camera.name, camera.pipeline, camera.neighbours)
            return
        loop.remove(camera.name, "it begins anew with other settings")
        if change is Change.STREAM:
            self._feeds.pop(camera.name).close()
        self._add(camera, loop, detector)

    def _add(self, camera: CameraSettings, loop: DetectionLoop, detector: Detector) -> None:
        self.open(camera)
        self._present[camera.name] = camera
        loop.add(
            camera.name,
            self._feeds[camera.name],
            Pipeline(camera.pipeline, detector),
            guard=self._marks.guard(camera.name, Work.DETECT),
            neighbours=camera.neighbours,
        )
