"""The network that finds writing in pictures: fetched once, loaded when it is first needed."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import simplejpeg

from frigate_ext.detect.telemetry import forbid_telemetry
from frigate_ext.domain.frame import Image
from frigate_ext.errors import DownloadError, ModelError
from frigate_ext.runtime.backoff import Backoff
from frigate_ext.runtime.download import Progress, Remote, WheelMember, fetch, kept
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.worker import Worker
from genai.judge import Veil, Veiled
from genai.writing import Probabilities, blurred, has_writing, veiled

logger = logging.getLogger(__name__)

TEXT_FINDER = Remote(
    "text-finder",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    wheel=WheelMember("rapidocr==3.10.0", "rapidocr/models/PP-OCRv6_det_small.onnx"),
)
"""PP-OCRv6's text detector, 10 MB, Apache-2.0."""
_MEAN = np.array((0.485, 0.456, 0.406), np.float32)
_DEVIATION = np.array((0.229, 0.224, 0.225), np.float32)
"""Of the network's pictures (BGR, 0..1), from its own settings."""
_STRIDE = 32
_REFERENCE = 64
"""Pixel rows of writing that are shown below each picture: without any to compare it with, the network takes
the only person before a plain wall for writing."""
_QUALITY = 85
"""Of the covered picture: it has been compressed once already."""


def obtain(cache: Path, progress: Progress | None = None) -> Path:
    """The network's file, fetched unless it is there. Blocks; raises DownloadError."""
    place = cache / "models" / f"{TEXT_FINDER.name}.onnx"
    return place if kept(TEXT_FINDER, place) else fetch(TEXT_FINDER, place, progress)


class TextFinder(Worker):
    """Its thread fetches the network; `cover` may be called from any thread, one is served at a time."""

    def __init__(self, cache: Path, threads: int = 2) -> None:
        super().__init__("fx-text-finder")
        self._cache = cache
        self._threads = threads
        self._path: Path | None = None
        self._trouble = "the text finder is being fetched"
        self._network: Any = None
        self._lock = threading.Lock()

    def health(self) -> PartHealth:
        """Degraded while large writing can't be covered."""
        return PartHealth(PartState.DEGRADED if self._trouble else PartState.OK, self._trouble)

    def run(self) -> None:
        backoff = Backoff(first=60.0, cap=3600.0, failures=1)
        while not self.stopping.is_set():
            try:
                self._path = obtain(self._cache)
            except DownloadError as error:
                delay = backoff.next_delay()
                self._trouble = f"writing can't be covered: {error}"
                logger.warning("%s; trying again in %.0f s", self._trouble, delay)
                self.stopping.wait(delay)
            else:
                self._trouble = ""
                return

    def died(self, error: Exception) -> None:
        self._trouble = f"writing can't be covered: {error}"

    def cover(self, jpeg: bytes) -> Veiled:
        """The picture without anything that could be read; only blurred where there is no network. Blocks."""
        try:
            picture, had_writing = veiled(simplejpeg.decode_jpeg(jpeg, colorspace="BGR"), self._probabilities)
        except ModelError:
            return cannot_cover(jpeg)
        return Veiled(_encoded(picture), Veil.FULL, had_writing)

    def finds(self, jpeg: bytes) -> bool:
        """Whether there is writing in a picture; False where there is no network. Blocks."""
        if self._path is None:
            return False
        try:
            return has_writing(simplejpeg.decode_jpeg(jpeg, colorspace="BGR"), self._probabilities)
        except ModelError:
            return False

    def _probabilities(self, picture: Image) -> Probabilities:
        height, width = picture.shape[:2]
        wide, high = (max(_STRIDE, round(side / _STRIDE) * _STRIDE) for side in (width, height))
        shown = np.vstack([cv2.resize(picture, (wide, high)), _reference(wide)])
        normal = ((shown.astype(np.float32) / 255 - _MEAN) / _DEVIATION).transpose(2, 0, 1)
        with self._lock:
            found = self._loaded()(np.ascontiguousarray(normal[np.newaxis]))[0]
        result: Probabilities = cv2.resize(found[0, 0, :high], (width, height))
        return result

    def _loaded(self) -> Any:
        if self._network is None:
            if self._path is None:
                raise ModelError(self._trouble)
            forbid_telemetry()
            import openvino as ov  # noqa: PLC0415 - 100 MB that a process without second looks never needs

            try:
                options = {
                    "INFERENCE_NUM_THREADS": self._threads,
                    "PERFORMANCE_HINT": "LATENCY",
                    "ENABLE_CPU_PINNING": False,
                }
                self._network = ov.Core().compile_model(self._path, "CPU", options)
            except RuntimeError as error:
                raise ModelError(f"the text finder can't be loaded: {error}") from error
        return self._network


def cannot_cover(jpeg: bytes) -> Veiled:
    """As `TextFinder.cover`, for who has no text finder."""
    picture = blurred(simplejpeg.decode_jpeg(jpeg, colorspace="BGR"))
    return Veiled(_encoded(picture), Veil.BLURRED, had_writing=False)


def cannot_look(_jpeg: bytes) -> bool:
    """As `TextFinder.finds`, for who has no text finder."""
    return False


def _reference(width: int) -> Image:
    """Two lines of writing, dark and light, on grey."""
    strip = np.full((_REFERENCE, width, 3), 128, np.uint8)
    for line, ink in ((22, 20), (54, 235)):
        for left in range(6, width, 160):
            cv2.putText(strip, "REFERENCE", (left, line), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (ink,) * 3, 2)
    return strip


def _encoded(picture: Image) -> bytes:
    encoded: bytes = simplejpeg.encode_jpeg(picture, quality=_QUALITY, colorspace="BGR")
    return encoded
