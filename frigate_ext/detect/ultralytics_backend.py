"""Weights as they are, through ultralytics and torch: the slowest way, and the reference for the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ultralytics.models import YOLO

from frigate_ext.detect.decode import NMS_IOU, Candidates
from frigate_ext.detect.exported import to_detections
from frigate_ext.detect.prepare import Letterbox, bgr
from frigate_ext.detect.regions import Views
from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection
from frigate_ext.errors import ModelError


class UltralyticsDetector:
    """A `Detector` on a `.pt` file. Loading one can run code: `file` is trusted by whoever names it."""

    def __init__(self, file: Path, size: int, region: int, threads: int, min_score: float) -> None:
        if threads:
            torch.set_num_threads(threads)
        try:
            self._model: Any = YOLO(file)  # turns into RTDETR by itself where the weights are such
        except Exception as error:  # whatever unpickling raises
            raise ModelError(f"ultralytics can't load {file.name}: {error}") from error
        self._size = size
        self._square = region
        self._options = {"conf": min_score, "iou": NMS_IOU, "device": "cpu", "verbose": False}
        self.labels = tuple(self._model.names[index] for index in sorted(self._model.names))

    def infer(self, frame: Frame) -> list[Detection]:
        return self._look(bgr(frame), self._size, Box(0, 0, *frame.size))

    def infer_areas(self, frame: Frame, areas: Sequence[Box]) -> list[list[Detection]]:
        if not areas:
            return []
        picture = bgr(frame)
        cuts = [picture[area.y1 : area.y2, area.x1 : area.x2] for area in areas]
        return [self._look(cut, self._square, area) for cut, area in zip(cuts, areas, strict=True)]

    def views(self, frame: Size) -> Views:
        return Views(frame, Letterbox.of_size(frame, self._size).canvas, self._square)

    def _look(self, picture: Image, size: int, area: Box) -> list[Detection]:
        results = self._model.predict(np.ascontiguousarray(picture), imgsz=size, **self._options)
        boxes = results[0].boxes.cpu().numpy()
        inside = np.clip(boxes.xyxy, 0, [area.width, area.height] * 2) + [area.x1, area.y1] * 2
        return to_detections(Candidates(inside, boxes.conf, boxes.cls.astype(np.intp)), self.labels)

    def close(self) -> None:
        self._model = None
