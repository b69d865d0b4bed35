"""The detector around an exported model: prepare, run, decode; which engine runs it does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from frigate_ext.detect.card import Head, ModelCard
from frigate_ext.detect.decode import Candidates, Floats, decode
from frigate_ext.detect.prepare import Cutter, Letterbox, input_for
from frigate_ext.detect.regions import Views
from frigate_ext.detect.shot import Shot
from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection
from frigate_ext.errors import ModelError

_BATCH = 4
"""Most pictures that are looked at in one go; engines prepare each number of them, which costs memory.

Models of a fixed input take one at a time.
"""
_BATCH_PIXELS = 4 * 320 * 320
"""Of one go: larger pictures keep the processor busy by themselves."""
_MAX_FRAME_SIZES = 64
"""Kept ways to fit them; a stream that keeps changing its size must not fill the memory."""


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
        self._region = region
        self._batch = 1 if network.input_size else _BATCH
        self._min_score = min_score
        self._fits: dict[Size, _Fit] = {}
        self._pictures: dict[Size, Image] = {}

    @property
    def labels(self) -> tuple[str, ...]:
        return self._network.card.labels

    def infer(self, frame: Frame) -> list[Detection]:
        (found,) = self.infer_all([Shot(frame)])
        return found

    def infer_all(self, shots: Sequence[Shot]) -> list[list[Detection]]:
        found: dict[int, list[Detection]] = {}
        for canvas, numbers in self._by_canvas(shots).items():
            pictures = self._buffer(canvas)
            for at in range(0, len(numbers), len(pictures)):
                some = numbers[at : at + len(pictures)]
                seen = self._look([shots[number] for number in some], pictures[: len(some)])
                found |= zip(some, seen, strict=True)
        return [found[number] for number in range(len(shots))]

    def views(self, frame: Size) -> Views:
        fit = self._fit(frame)
        return Views(frame, fit.whole.canvas, fit.part.canvas if self._region else None)

    def close(self) -> None:
        self._network.close()

    def _by_canvas(self, shots: Sequence[Shot]) -> dict[Size, list[int]]:
        """The shots' numbers, by the input that shows them."""
        numbers: dict[Size, list[int]] = {}
        for number, shot in enumerate(shots):
            fit = self._fit(shot.frame.size)
            canvas = fit.part.canvas if shot.area else fit.whole.canvas
            numbers.setdefault(canvas, []).append(number)
        return numbers

    def _buffer(self, canvas: Size) -> Image:
        """`(N, H, W, 3)` with room for as many pictures as go together."""
        if canvas not in self._pictures:
            if len(self._pictures) >= _MAX_FRAME_SIZES:
                self._pictures.clear()
            together = max(1, min(self._batch, _BATCH_PIXELS // (canvas.width * canvas.height)))
            self._pictures[canvas] = np.empty((together, canvas.height, canvas.width, 3), np.uint8)
        return self._pictures[canvas]

    def _look(self, shots: Sequence[Shot], pictures: Image) -> list[list[Detection]]:
        for shot, picture in zip(shots, pictures, strict=True):
            self._draw(shot, picture)
        _, height, width, _ = pictures.shape
        head, canvas = self._network.card.head, Size(width, height)
        found = [decode(raw, head, canvas, self._min_score) for raw in self._network.run(pictures)]
        return [
            to_detections(seen._replace(boxes=self._to_frame(shot, seen.boxes)), self.labels)
            for shot, seen in zip(shots, found, strict=True)
        ]

    def _draw(self, shot: Shot, picture: Image) -> None:
        fit = self._fit(shot.frame.size)
        if shot.area:
            fit.part.rgb(shot.frame, shot.area, picture)
        else:
            fit.whole.rgb(shot.frame, picture)

    def _to_frame(self, shot: Shot, boxes: Floats) -> Floats:
        fit = self._fit(shot.frame.size)
        return fit.part.to_frame(boxes, shot.area) if shot.area else fit.whole.to_frame(boxes)

    def _fit(self, size: Size) -> _Fit:
        if size not in self._fits:
            if len(self._fits) >= _MAX_FRAME_SIZES:
                self._fits.clear()
            self._fits[size] = self._new_fit(size)
        return self._fits[size]

    def _new_fit(self, size: Size) -> _Fit:
        if fixed := self._network.input_size:
            stretch = self._network.card.head is Head.RTDETR
            return _Fit(Letterbox(size, fixed, stretch=stretch), Cutter(fixed))
        return _Fit(Letterbox.of_size(size, self._size), Cutter(input_for(size, self._region or self._size)))


class _Fit(NamedTuple):
    """How frames of one size, and areas of them, become the network's input."""

    whole: Letterbox
    part: Cutter


def to_detections(found: Candidates, labels: tuple[str, ...]) -> list[Detection]:
    """`found.boxes` are already pixels of the frame; boxes that vanish in rounding are left out."""
    if (number := found.classes.max(initial=-1)) >= len(labels):
        raise ModelError(f"the model found something of its class {number} and has {len(labels)} names only")
    return [
        Detection(labels[index], float(score), box)
        for index, score, corners in zip(
            found.classes, found.scores, np.rint(found.boxes).astype(int), strict=True
        )
        if (box := Box(*corners.tolist())).area
    ]
