"""`detector_speedup_320`, `_640`: from a frame's planes to boxes, against ultralytics' own `predict()`."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import cv2
import numpy as np

from bench import scenes
from bench.clock import race
from bench.machine import computes_in_bfloat16
from bench.record import Record, Target, timing
from frigate_ext.detect.detector import Detector, DetectorSettings, load_detector
from frigate_ext.detect.prepare import bgr
from frigate_ext.detect.weights import locate
from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Box, Size, iou
from frigate_ext.domain.objects import Detection
from frigate_ext.runtime.cache import cache_dir

_FRAME = Size(640, 360)
"""At a longest side of 320 its input is 320x192 for both, at 640 it is 640x384."""
_NEEDED = {320: (1.6, 3), 640: (1.1, 2.5)}
"""By size: what is needed without bfloat16, and with it."""
_SURE = 0.5


def run(*, quick: bool) -> list[Record]:
    fast, *others = (_speedup(size, quick=quick) for size in _NEEDED)
    return [*fast, *(records[0] for records in others)]


def _speedup(size: int, *, quick: bool) -> list[Record]:
    settings = DetectorSettings(size=size, backend="openvino", threads=1)
    ours = load_detector(settings, cache_dir())
    theirs = _Predict(settings)
    cv2.setNumThreads(1)  # after the imports: ultralytics sets it, too
    frames = scenes.street(20, _FRAME)
    pictures = [np.ascontiguousarray(bgr(frame)) for frame in frames]
    turns = [
        (
            lambda: [ours.infer(frame) for frame in frames],
            lambda: [theirs.predict(picture) for picture in pictures],
        )
    ] * (5 if quick else 20)
    measured = race(turns, per_turn=len(frames))
    versus = (
        f"ultralytics {version('ultralytics')} predict() on torch {version('torch')}, one thread, "
        f"the same frames at {size} px ({measured.times})"
    )
    needed = Target(_NEEDED[size][computes_in_bfloat16()])
    records = [
        timing(
            f"detector_speedup_{size}", measured.speedup, "x", versus, needed, repetitions=measured.speedups
        ),
        timing("detector_agreement", _agreement(ours, theirs, frames, pictures), "share", _AGREEMENT),
    ]
    ours.close()
    return records


_AGREEMENT = f"objects ultralytics is sure of (>= {_SURE}) that ours finds, too (same label, IoU >= 0.5)"


class _Predict:
    """Ultralytics as its users call it, with what it draws and prints turned off."""

    def __init__(self, settings: DetectorSettings) -> None:
        import torch  # noqa: PLC0415 - heavy, and for this measurement only
        from ultralytics.models import YOLO  # noqa: PLC0415 - heavy, and for this measurement only

        torch.set_num_threads(1)
        self._model = YOLO(locate(settings.weights, cache_dir()))
        self._size, self._score = settings.size, settings.min_score

    def predict(self, picture: Image) -> Any:
        results: Any = self._model.predict(
            picture, imgsz=self._size, conf=self._score, device="cpu", verbose=False
        )
        return results[0]

    def detections(self, picture: Image) -> list[Detection]:
        result = self.predict(picture)
        return [
            Detection(result.names[int(index)], float(score), Box(*(round(side) for side in box.tolist())))
            for box, score, index in zip(result.boxes.xyxy, result.boxes.conf, result.boxes.cls, strict=True)
        ]


def _agreement(ours: Detector, theirs: _Predict, frames: list[Frame], pictures: list[Image]) -> float:
    found = sure = 0
    for frame, picture in zip(frames, pictures, strict=True):
        mine = ours.infer(frame)
        wanted = [detection for detection in theirs.detections(picture) if detection.score >= _SURE]
        sure += len(wanted)
        found += sum(any(_same(detection, other) for other in mine) for detection in wanted)
    return found / sure


def _same(a: Detection, b: Detection) -> bool:
    return a.label == b.label and iou(a.box, b.box) >= 0.5
