"""`tracker_speedup_50`: a frame of fifty objects through our tracker and through norfair."""

from __future__ import annotations

from functools import partial
from typing import Any

import norfair  # type: ignore[import-untyped]  # it has no types
import numpy as np
import numpy.typing as npt

from bench import scenes
from bench.clock import Race, race
from bench.record import Record, Target, timing
from frigate_ext.domain.objects import Detection
from frigate_ext.track.tracker import Tracker

_FPS = 5
_OBJECTS = 50
_FARTHEST = 2.5
_NEEDED = Target(10)


def run(*, quick: bool) -> list[Record]:
    measured = _measure(frames=30 if quick else 100)
    versus = f"norfair {norfair.__version__} with Frigate's distance ({measured.times} a frame)"
    return [
        timing("tracker_speedup_50", measured.speedup, "x", versus, _NEEDED, repetitions=measured.speedups)
    ]


def _measure(frames: int) -> Race:
    """Both get the same detections, each in its own form, made beforehand."""
    ours = Tracker(fps=_FPS, min_initialized=2, max_disappeared=5 * _FPS)
    theirs = norfair.Tracker(
        distance_function=distance,
        distance_threshold=_FARTHEST,
        initialization_delay=2,
        hit_counter_max=5 * _FPS,
    )
    turns = [
        (
            partial(ours.step, seen, [], number / _FPS),
            partial(theirs.update, [_for_norfair(detection) for detection in seen]),
        )
        for number, seen in enumerate(scenes.crowd(_OBJECTS, frames, fps=_FPS))
    ]
    return race(turns, warm_up=10)


def distance(detection: Any, tracked: Any) -> float:
    """What Frigate measures: how far the bottom centre went, in box sizes, and how the box changed shape."""
    now, before = _Shape(detection.points), _Shape(tracked.estimate)
    shift = (now.stands - before.stands) / before.size
    grown = np.maximum(now.size, before.size) / np.minimum(now.size, before.size) - 1
    return float(np.sqrt((shift * shift).sum() + (grown * grown).sum()))


class _Shape:
    def __init__(self, corners: npt.NDArray[np.float64]) -> None:
        """`corners` are `[[x1, y1], [x2, y2]]`."""
        self.size = corners[1] - corners[0]
        self.stands = np.array([(corners[0, 0] + corners[1, 0]) / 2, corners[1, 1]])


def _for_norfair(detection: Detection) -> Any:
    x1, y1, x2, y2 = detection.box
    return norfair.Detection(np.array([[x1, y1], [x2, y2]], np.float64), label=detection.label)
