"""What a detector is, and how one is chosen and loaded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol

from frigate_ext.detect import export, weights
from frigate_ext.detect.compiled import forget_unused
from frigate_ext.detect.exported import ExportedDetector, Network
from frigate_ext.detect.graphics_card import Placement, has_card
from frigate_ext.detect.regions import Views
from frigate_ext.detect.shot import Shot
from frigate_ext.detect.telemetry import forbid_telemetry
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.objects import Detection
from frigate_ext.errors import ModelError

logger = logging.getLogger(__name__)

Backend = Literal["openvino", "onnx", "ultralytics"]
Precision = Literal["auto", "bf16", "f16", "f32"]


Busy = Callable[[float], None]
"""Told before one thing that blocks for long, and for how many seconds at most."""
_LOADS_WITHIN = 1200.0
"""Seconds; an export has fifteen minutes."""


def nobody(_: float) -> None:
    """Nobody waits for this process."""


class Detector(Protocol):
    """Finds labelled boxes in a frame or in parts of it. Belongs to one thread; looking blocks."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label it can find, in the model's order."""

    def infer(self, frame: Frame) -> list[Detection]:
        """Detections above the detector's minimum score, best first, boxes clipped to the frame."""

    def infer_all(self, shots: Sequence[Shot]) -> list[list[Detection]]:
        """The same for each shot, in pixels of its frame; those of one input shape go together."""

    def views(self, frame: Size) -> Views:
        """What it can be shown of frames of this size."""

    def close(self) -> None:
        """Let go of the model; idempotent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorSettings:
    weights: str = "yolov8n"
    """A known name, or a path: `.pt`, `.onnx`, or a folder with an OpenVINO export."""
    size: int = 320
    """Longest side of the model's input for whole frames in pixels, a multiple of 32.

    Models of fixed input size ignore it.
    """
    region: int = 320
    """The same for parts of a frame, a multiple of 32; 0 looks at whole frames only."""
    backend: Literal["auto"] | Backend = "auto"
    threads: int = 0
    """CPU threads for one inference; 0 lets the backend choose."""
    trusted_sha256: tuple[str, ...] = ()
    """Hashes of files of the user's own that may be loaded; see `weights.locate`."""
    precision: Precision = "auto"
    """Of OpenVINO on a processor with 16-bit arithmetic (bf16) and of PyTorch on a graphics card (f16).

    Anything else computes in 32 bits, always. Auto: 16 bits.
    """
    min_score: float = 0.1
    """Low on purpose: faint detections can't start a tracked object, but continue one."""

    def __post_init__(self) -> None:
        for side in (self.size, self.region or self.size):
            if side < 32 or side > 4096 or side % 32:  # noqa: PLR2004 - stride and a sane cap
                raise ModelError(f"detector size {side} is not a multiple of 32 between 32 and 4096")
        if not 0 <= self.min_score < 1:
            raise ModelError(f"detector min_score {self.min_score} is not between 0 and 1")


def load_detector(settings: DetectorSettings, cache: Path, busy: Busy = nobody) -> Detector:
    """Load a detector, fetching and exporting what is missing in `cache` first: that can take a minute.

    `busy` is told of each thing that takes long, now and whenever an input of another shape comes. Raises
    ModelError when weights or backend can't be had.
    """
    busy(_LOADS_WITHIN)
    source = weights.locate(settings.weights, cache, trusted=settings.trusted_sha256)
    backend = choose_backend(settings.backend, source)
    logger.info("loading detector %s with %s", source.name, backend)
    forbid_telemetry()
    detector = _load(source, backend, settings, cache, busy)
    weights.loaded(source, cache, trusted=settings.trusted_sha256)
    return detector


def _load(source: Path, backend: Backend, settings: DetectorSettings, cache: Path, busy: Busy) -> Detector:
    if backend == "ultralytics":
        from frigate_ext.detect.ultralytics_backend import UltralyticsDetector  # noqa: PLC0415 - imports torch

        placement = Placement(card=has_card(), half=settings.precision != "f32")
        return UltralyticsDetector(
            source,
            settings.size,
            settings.region,
            threads=settings.threads,
            min_score=settings.min_score,
            placement=placement,
        )
    model = export.export(source, cache, backend) if source.suffix == ".pt" else source
    network = _network(model, backend, settings, cache, busy)
    return ExportedDetector(network, settings.size, settings.region, settings.min_score)


def choose_backend(wanted: Literal["auto"] | Backend, source: Path) -> Backend:
    """The backend that runs `source`: the wanted one, else the fastest that is installed and can read it."""
    if wanted != "auto":
        if not _reads(wanted, source):
            raise ModelError(f"{source.name} can't be run by the {wanted} backend")
        return wanted
    for backend in installed_backends(source):
        return backend
    raise ModelError(f"nothing installed can run {source.name}: install openvino, onnxruntime or ultralytics")


def installed_backends(source: Path) -> list[Backend]:
    """Those that are installed and can read `source`, fastest first."""
    return [
        backend for backend, package in _PACKAGES.items() if _reads(backend, source) and find_spec(package)
    ]


_PACKAGES: dict[Backend, str] = {
    "openvino": "openvino",
    "onnx": "onnxruntime",
    "ultralytics": "ultralytics",
}
"""What each backend needs, fastest first."""


def _reads(backend: Backend, source: Path) -> bool:
    """Whether `backend` takes this kind of file: any takes a `.pt`, the first two by way of an export."""
    if source.suffix == ".pt" or backend == "openvino":
        return True
    return backend == "onnx" and not source.is_dir()


def _network(model: Path, backend: Backend, settings: DetectorSettings, cache: Path, busy: Busy) -> Network:
    if backend == "openvino":
        from frigate_ext.detect.openvino_backend import OpenVinoNetwork  # noqa: PLC0415 - imported when chosen

        forget_unused(cache / "compiled")
        return OpenVinoNetwork(model, settings.threads, settings.precision, cache / "compiled", busy)
    from frigate_ext.detect.onnx_backend import OnnxNetwork  # noqa: PLC0415 - imported when chosen

    return OnnxNetwork(model, settings.threads)
