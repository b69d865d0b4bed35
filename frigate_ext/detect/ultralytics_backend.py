"""Weights as they are, through ultralytics and torch: the slowest way, and the reference for the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from ultralytics.models import YOLO

from frigate_ext.detect.decode import NMS_IOU, Candidates
from frigate_ext.detect.exported import to_detections
from frigate_ext.detect.prepare import bgr
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.objects import Detection
from frigate_ext.errors import ModelError


class UltralyticsDetector:
    """A `Detector` on a `.pt` file. Loading one can run code: `file` is trusted by whoever names it."""

    def __init__(self, file: Path, size: int, threads: int, min_score: float) -> None:
        if threads:
            torch.set_num_threads(threads)
        try:
            self._model: Any = YOLO(file)  # turns into RTDETR by itself where the weights are such
        except Exception as error:  # whatever unpickling raises
            raise ModelError(f"ultralytics can't load {file.name}: {error}") from error
        self._options = {"imgsz": size, "conf": min_score, "iou": NMS_IOU, "device": "cpu", "verbose": False}
        self.labels = tuple(self._model.names[index] for index in sorted(self._model.names))

    def infer(self, frame: Frame) -> list[Detection]:
        boxes = self._model.predict(np.ascontiguousarray(bgr(frame)), **self._options)[0].boxes.cpu().numpy()
        inside = np.clip(boxes.xyxy, 0, [*frame.size, *frame.size])
        found = Candidates(inside, boxes.conf, boxes.cls.astype(np.intp))
        return to_detections(found, self.labels)

    def close(self) -> None:
        self._model = None
