"""Weights as they are, through ultralytics and torch: for graphics cards, and the others' reference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ultralytics.models import RTDETR, YOLO

from frigate_ext.detect.decode import NMS_IOU, Candidates
from frigate_ext.detect.exported import to_detections
from frigate_ext.detect.graphics_card import Placement
from frigate_ext.detect.prepare import bgr, input_for
from frigate_ext.detect.regions import Views
from frigate_ext.detect.shot import Shot
from frigate_ext.detect.signature import DETR_SIZE
from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.objects import Detection
from frigate_ext.errors import ModelError


class UltralyticsDetector:
    """A `Detector` on a `.pt` file. Loading one can run code: `file` is trusted by whoever names it."""

    def __init__(
        self, file: Path, size: int, region: int, *, threads: int, min_score: float, placement: Placement
    ) -> None:
        if threads:
            torch.set_num_threads(threads)
        try:
            self._model: Any = YOLO(file)  # turns into RTDETR by itself where the weights are such
        except Exception as error:  # whatever unpickling raises
            raise ModelError(f"ultralytics can't load {file.name}: {error}") from error
        self._fixed = DETR_SIZE if isinstance(self._model, RTDETR) else None
        self._size = self._fixed.width if self._fixed else size
        self._region = self._fixed.width if self._fixed and region else region
        self._placement = placement
        self._options = {"conf": min_score, "iou": NMS_IOU, "verbose": False}
        self.labels = tuple(self._model.names[index] for index in sorted(self._model.names))

    def infer(self, frame: Frame) -> list[Detection]:
        return self._look(Shot(frame))

    def infer_all(self, shots: Sequence[Shot]) -> list[list[Detection]]:
        return [self._look(shot) for shot in shots]

    def views(self, frame: Size) -> Views:
        part = (self._fixed or input_for(frame, self._region)) if self._region else None
        return Views(frame, self._fixed or input_for(frame, self._size), part)

    def _look(self, shot: Shot) -> list[Detection]:
        area, size = shot.shown, self._region if shot.area else self._size
        picture = np.ascontiguousarray(bgr(shot.frame)[area.y1 : area.y2, area.x1 : area.x2])
        boxes = self._predict(picture, size)
        inside = np.clip(boxes.xyxy, 0, [area.width, area.height] * 2) + [area.x1, area.y1] * 2
        return to_detections(Candidates(inside, boxes.conf, boxes.cls.astype(np.intp)), self.labels)

    def _predict(self, picture: Image, size: int) -> Any:
        """Boxes as NumPy arrays; what a failing card leaves undone the processor does."""
        if self._placement.on_card:
            try:
                boxes = self._run(picture, size, on_card=True)
            except RuntimeError as error:  # torch's own for cards, too little memory among them
                self._placement.failed(error)
                torch.cuda.empty_cache()
            else:
                self._placement.worked()
                return boxes
        return self._run(picture, size, on_card=False)

    def _run(self, picture: Image, size: int, *, on_card: bool) -> Any:
        where = self._placement.options(on_card=on_card)
        return self._model.predict(picture, imgsz=size, **where, **self._options)[0].boxes.cpu().numpy()

    def close(self) -> None:
        self._model = None
