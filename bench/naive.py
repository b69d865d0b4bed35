"""What people write first: OpenCV reads, `predict()` looks at every frame, BoT-SORT follows."""

from __future__ import annotations

import multiprocessing
import time
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bench.films import FPS
from frigate_ext.detect.weights import locate
from frigate_ext.runtime.cache import cache_dir

_CAMERAS = 4
"""Taken in turn, so that caches and trackers are used as with several."""
_TRACKED_FPS = 5


def frames_per_second(film: Path, size: int, seconds: float) -> float:
    """Frames detected on, of all cameras together, with all cores and no time lost waiting.

    Every third frame that is read. In a process of its own: PyTorch's threads outlive what uses them.
    """
    context = multiprocessing.get_context("spawn")
    result, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_loop, args=(theirs, film, size, seconds), daemon=True)
    child.start()
    rate: float = result.recv()
    child.join()
    return rate


def _loop(result: Connection, film: Path, size: int, seconds: float) -> None:
    import cv2  # noqa: PLC0415 - heavy, and for this process only
    from ultralytics.models import YOLO  # noqa: PLC0415 - heavy, and for this process only

    model = YOLO(locate("yolov8n", cache_dir()))
    cameras = [cv2.VideoCapture(str(film)) for _ in range(_CAMERAS)]
    trackers = [_tracker() for _ in cameras]
    done, begun = -2 * _CAMERAS, 0.0
    for camera, tracker in cycle(zip(cameras, trackers, strict=True)):
        if done == 0:
            begun = time.perf_counter()
        if done > 0 and time.perf_counter() - begun >= seconds:
            break
        picture = _read(camera)
        results: Any = model.predict(picture, imgsz=size, conf=0.1, device="cpu", verbose=False)
        tracker.update(results[0].boxes.cpu().numpy(), picture)
        done += 1
    result.send(done / (time.perf_counter() - begun))


def _read(camera: Any) -> Any:
    """As many frames as come between two that are looked at; the last of them."""
    picture = None
    for _ in range(FPS // _TRACKED_FPS):
        there, picture = camera.read()
        if not there:
            camera.set(1, 0)  # CAP_PROP_POS_FRAMES: from the start
            _, picture = camera.read()
    return picture


def _tracker() -> Any:
    from ultralytics.trackers.bot_sort import BOTSORT  # noqa: PLC0415 - heavy
    from ultralytics.utils import YAML, IterableSimpleNamespace  # noqa: PLC0415 - heavy
    from ultralytics.utils.checks import check_yaml  # noqa: PLC0415 - heavy

    return BOTSORT(IterableSimpleNamespace(**YAML.load(check_yaml("botsort.yaml"))))
