"""The child's main: the parts of a detection process put together."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack, closing

import cv2

from frigate_ext.capture.pool import CapturePool
from frigate_ext.detect.tuning import load_tuned
from frigate_ext.detection_process.lineup import Lineup
from frigate_ext.detection_process.loop import DetectionLoop
from frigate_ext.detection_process.main_streams import MainStreams
from frigate_ext.detection_process.marks import CrashMarks, Work
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.detection_process.warm_up import warm_up
from frigate_ext.runtime.link import ChildLink
from frigate_ext.runtime.logging import configure_logging, set_level


def run(settings: DetectionSettings, marks: CrashMarks, link: ChildLink) -> None:
    """Detect until told to stop; the target of the supervisor. Streams open while the detector is loaded.

    Messages on `link` are DetectionSettings that suit these; only the newest counts.
    """
    errors = configure_logging(settings.log_level)
    logging.getLogger().addHandler(link.log)
    cv2.setNumThreads(1)  # its threads wake up for pictures that one scales faster than several
    ready = threading.Event()
    with ExitStack() as parts:
        pool = CapturePool(guard=lambda camera: marks.guard(camera, Work.DECODE))
        parts.callback(_stop, pool)
        lineup = Lineup(pool, marks, ready)
        for camera in settings.cameras:
            lineup.open(camera)
        detector = parts.enter_context(closing(load_tuned(settings.detector, settings.cache, link.busy)))
        warm_up(detector, len(settings.cameras))
        main_streams = parts.enter_context(closing(MainStreams(settings, marks)))
        loop = parts.enter_context(
            closing(DetectionLoop(settings, ready, detector.infer_all, main_streams.hold))
        )
        lineup.become(settings.cameras, loop, detector)
        main_streams.become(settings.cameras, settings.given_up)
        while not link.stopping:
            for newest in link.messages()[-1:]:
                set_level(newest.log_level)
                loop.ring_bytes = newest.ring_bytes
                lineup.become(newest.cameras, loop, detector)
                main_streams.become(newest.cameras, newest.given_up)
            loop.turn(lambda: link.beat(errors=errors.errors, overload=loop.overload))


def _stop(pool: CapturePool) -> None:
    pool.stop()
    pool.join(1.0)
