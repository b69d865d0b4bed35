"""The detector around an exported model: prepare, run, decode; which engine runs it does not matter."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from frigate_ext.detect.card import Head, ModelCard
from frigate_ext.detect.decode import Candidates, Floats, decode
from frigate_ext.detect.prepare import Letterbox
from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection

_MAX_FRAME_SIZES = 64
"""Kept letterboxes; a stream that keeps changing its size must not fill the memory."""


class Network(Protocol):
    """An exported model in some engine. One thread."""

    card: ModelCard
    input_size: Size | None
    """None where any multiple of 32 goes."""

    def run(self, rgb: Image) -> Floats:
        """The raw output, without the batch axis, for `uint8 (H, W, 3)` RGB; valid until the next call."""

    def close(self) -> None: ...


class ExportedDetector:
    """A `Detector` on an exported model."""

    def __init__(self, network: Network, size: int, min_score: float) -> None:
        self._network = network
        self._size = size
        self._min_score = min_score
        self._letterboxes: dict[Size, Letterbox] = {}

    @property
    def labels(self) -> tuple[str, ...]:
        return self._network.card.labels

    def infer(self, frame: Frame) -> list[Detection]:
        letterbox = self._letterbox(frame.size)
        rgb = letterbox.rgb(frame)
        height, width, _ = rgb.shape
        raw = self._network.run(rgb)
        found = decode(raw, self._network.card.head, Size(width, height), self._min_score)
        return to_detections(found._replace(boxes=letterbox.to_frame(found.boxes)), self.labels)

    def close(self) -> None:
        self._network.close()

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


def to_detections(found: Candidates, labels: tuple[str, ...]) -> list[Detection]:
    """`found.boxes` are already pixels of the frame; boxes that vanish in rounding are left out."""
    return [
        Detection(labels[index], float(score), box)
        for index, score, corners in zip(
            found.classes, found.scores, np.rint(found.boxes).astype(int), strict=True
        )
        if (box := Box(*corners.tolist())).area
    ]
