"""The detector around an exported model: prepare, run, decode; which engine runs it does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from frigate_ext.detect.card import Head, ModelCard
from frigate_ext.detect.decode import Candidates, Floats, decode
from frigate_ext.detect.prepare import Cutter, Letterbox
from frigate_ext.detect.regions import Views
from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection

_BATCH = 4
"""Most areas that are looked at in one go; engines prepare each number of them, which costs memory.

Models of a fixed input take one at a time.
"""
_MAX_FRAME_SIZES = 64
"""Kept letterboxes; a stream that keeps changing its size must not fill the memory."""


class Network(Protocol):
    """An exported model in some engine. One thread."""

    card: ModelCard
    input_size: Size | None
    """None where any multiple of 32 goes."""

    def run(self, rgb: Image) -> Floats:
        """The raw output `(N, ...)` for `uint8 (N, H, W, 3)` RGB; valid until the next call."""

    def close(self) -> None: ...


class ExportedDetector:
    """A `Detector` on an exported model."""

    def __init__(self, network: Network, size: int, region: int, min_score: float) -> None:
        self._network = network
        self._size = size
        self._square = _square(network.input_size, region)
        self._batch = 1 if network.input_size else _BATCH
        self._cutter = Cutter(self._square, self._batch)
        self._min_score = min_score
        self._letterboxes: dict[Size, Letterbox] = {}

    @property
    def labels(self) -> tuple[str, ...]:
        return self._network.card.labels

    def infer(self, frame: Frame) -> list[Detection]:
        letterbox = self._letterbox(frame.size)
        (found,) = self._look(letterbox.rgb(frame)[np.newaxis])
        return to_detections(found._replace(boxes=letterbox.to_frame(found.boxes)), self.labels)

    def infer_areas(self, frame: Frame, areas: Sequence[Box]) -> list[list[Detection]]:
        found: list[list[Detection]] = []
        while len(found) < len(areas):
            batch = areas[len(found) :][: self._batch]
            for area, seen in zip(batch, self._look(self._cutter.rgb(frame, batch)), strict=True):
                boxes = self._cutter.to_frame(seen.boxes, area)
                found.append(to_detections(seen._replace(boxes=boxes), self.labels))
        return found

    def views(self, frame: Size) -> Views:
        return Views(frame, self._letterbox(frame).canvas, self._square)

    def close(self) -> None:
        self._network.close()

    def _look(self, rgb: Image) -> list[Candidates]:
        """What is in each of `(N, H, W, 3)`, in its pixels."""
        _, height, width, _ = rgb.shape
        head, canvas = self._network.card.head, Size(width, height)
        return [decode(raw, head, canvas, self._min_score) for raw in self._network.run(rgb)]

    def _letterbox(self, size: Size) -> Letterbox:
        if size not in self._letterboxes:
            if len(self._letterboxes) >= _MAX_FRAME_SIZES:
                self._letterboxes.clear()
            self._letterboxes[size] = self._new_letterbox(size)
        return self._letterboxes[size]

    def _new_letterbox(self, size: Size) -> Letterbox:
        if fixed := self._network.input_size:
            return Letterbox(size, fixed, stretch=self._network.card.head is Head.RTDETR)
        return Letterbox.of_size(size, self._size)


def _square(fixed: Size | None, region: int) -> int:
    """Side of the input for areas; 0 where there are none, or the model takes another shape only."""
    if fixed is None or not region:
        return region
    return fixed.width if fixed.width == fixed.height else 0


def to_detections(found: Candidates, labels: tuple[str, ...]) -> list[Detection]:
    """`found.boxes` are already pixels of the frame; boxes that vanish in rounding are left out."""
    return [
        Detection(labels[index], float(score), box)
        for index, score, corners in zip(
            found.classes, found.scores, np.rint(found.boxes).astype(int), strict=True
        )
        if (box := Box(*corners.tolist())).area
    ]
