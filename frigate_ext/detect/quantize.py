"""8-bit exports, calibrated on the user's own frames: post-training static quantisation by ONNX Runtime.

The detection head stays in 32 bits: boxes and scores share its tensors, and one scale for both ruins scores.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from frigate_ext.detect.detector import Detector
from frigate_ext.detect.prepare import Letterbox
from frigate_ext.detect.tuning import agreement
from frigate_ext.domain.frame import Frame
from frigate_ext.errors import ModelError

logger = logging.getLogger(__name__)

LEAST_FRAMES = 8
"""Fewer say too little about what a camera sees."""
_MODULE = re.compile(r"^/model\.(\d+)/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """On frames that were not calibrated on; shares are means over frames."""

    frames: int
    kept: float
    """Share of what the original surely finds that the 8-bit model finds."""
    extra: float
    """Share of what the 8-bit model surely finds that the original does not."""


def quantize(model: Path, frames: Sequence[Frame], size: int, target: Path) -> Path:
    """Write the 8-bit version of an ONNX export to `target`. Blocks for a minute; raises ModelError."""
    try:
        import onnx  # noqa: PLC0415 - optional
        from onnxruntime import quantization as engine  # noqa: PLC0415 - optional
        from onnxruntime.quantization.shape_inference import quant_pre_process  # noqa: PLC0415 - optional
    except ImportError as error:
        raise ModelError("quantising needs the packages onnx and onnxruntime") from error
    if len(frames) < LEAST_FRAMES:
        raise ModelError(f"{len(frames)} frames are too few to calibrate on: {LEAST_FRAMES} at least")
    if not target.parent.is_dir():
        raise ModelError(f"{target} can't be written: there is no folder {target.parent}")
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
        graph = onnx.load(str(prepared)).graph
        engine.quantize_static(
            str(prepared),
            str(target),
            _Calibration(graph.input[0].name, frames, size),
            quant_format=engine.QuantFormat.QDQ,
            per_channel=True,
            nodes_to_exclude=_head([node.name for node in graph.node]),
        )
    return target


class _Calibration:
    """What ONNX Runtime asks for inputs."""

    def __init__(self, name: str, frames: Sequence[Frame], size: int) -> None:
        self._inputs: Iterator[dict[str, Any]] = ({name: _pixels(frame, size)} for frame in frames)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._inputs, None)


def _pixels(frame: Frame, size: int) -> Any:
    rgb = Letterbox.of_size(frame.size, size).rgb(frame)
    return np.multiply(rgb.transpose(2, 0, 1)[np.newaxis], np.float32(1 / 255), dtype=np.float32, order="C")


def _head(nodes: Sequence[str]) -> list[str]:
    """Nodes of the last module, which in ultralytics' models detects."""
    modules = {name: int(found[1]) for name in nodes if (found := _MODULE.match(name))}
    last = max(modules.values(), default=-1)
    return [name for name, module in modules.items() if module == last]


def compare(original: Detector, quantized: Detector, frames: Sequence[Frame]) -> Comparison:
    """How faithful the 8-bit model is."""
    pairs = [(original.infer(frame), quantized.infer(frame)) for frame in frames]
    return Comparison(
        frames=len(pairs),
        kept=float(np.mean([agreement(wanted, found) for wanted, found in pairs])),
        extra=float(1 - np.mean([agreement(found, wanted) for wanted, found in pairs])),
    )
