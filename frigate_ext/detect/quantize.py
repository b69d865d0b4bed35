"""8-bit exports, calibrated on the user's own frames: post-training static quantisation by ONNX Runtime.

Convolutions alone take inputs and weights in 8 bits, symmetric around zero, and give what they always gave:
so OpenVINO runs each with its activation in one go. With biases, outputs or other nodes in 8 bits, or a zero
point, it is slower than the original.

The detection head stays as it is: boxes and scores share its tensors, and one scale for both ruins scores.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from frigate_ext.detect.detector import Detector
from frigate_ext.detect.prepare import Letterbox
from frigate_ext.detect.tuning import found_again
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Size
from frigate_ext.errors import ModelError

logger = logging.getLogger(__name__)

LEAST_FRAMES = 8
"""Fewer say too little about what a camera sees."""
_MODULE = re.compile(r"^/model\.(\d+)/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """On frames that were not calibrated on."""

    frames: int
    sure: int
    """What the original surely finds in them."""
    kept: int
    """Of that, what the 8-bit model finds, too."""
    extra: int
    """What the 8-bit model surely finds and the original does not."""


def check_ready(target: Path) -> None:
    """Raise ModelError where nothing could be written to `target`, whatever frames come."""
    if missing := [package for package in ("onnx", "onnxruntime") if find_spec(package) is None]:
        raise ModelError(f"quantising needs the package {' and '.join(missing)} (the extra `onnx`)")
    if not target.parent.is_dir():
        raise ModelError(f"{target} can't be written: there is no folder {target.parent}")


def quantize(model: Path, frames: Sequence[Frame], size: int, target: Path) -> Path:
    """Write the 8-bit version of an ONNX export to `target`. Blocks for a minute; raises ModelError."""
    check_ready(target)
    import onnx  # noqa: PLC0415 - optional
    from onnxruntime import quantization as engine  # noqa: PLC0415 - optional
    from onnxruntime.quantization.shape_inference import quant_pre_process  # noqa: PLC0415 - optional

    if len(frames) < LEAST_FRAMES:
        raise ModelError(f"{len(frames)} frames are too few to calibrate on: {LEAST_FRAMES} at least")
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
        graph = onnx.load(str(prepared)).graph
        engine.quantize_static(
            str(prepared),
            str(target),
            _Calibration(graph.input, frames, size),
            quant_format=engine.QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            activation_type=engine.QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=_head([node.name for node in graph.node]),
            extra_options={
                "ActivationSymmetric": True,
                "OpTypesToExcludeOutputQuantization": ["Conv"],
                "QuantizeBias": False,
            },
        )
    return target


class _Calibration:
    """What ONNX Runtime asks for inputs."""

    def __init__(self, inputs: Sequence[Any], frames: Sequence[Frame], size: int) -> None:
        """`inputs` are the network's, as ONNX describes them."""
        if len(inputs) != 1:
            raise ModelError("only what ultralytics exports can be quantised")
        *_, height, width = (side.dim_value for side in inputs[0].type.tensor_type.shape.dim)
        fixed = Size(width, height) if width and height else None
        pixels = (_pixels(frame, fixed, size) for frame in frames)
        self._inputs: Iterator[dict[str, Any]] = ({inputs[0].name: each} for each in pixels)

    def get_next(self) -> dict[str, Any] | None:
        return next(self._inputs, None)


def _pixels(frame: Frame, fixed: Size | None, size: int) -> Any:
    """Those with an input of fixed size are transformers, which see everything stretched to it."""
    box = Letterbox(frame.size, fixed, stretch=True) if fixed else Letterbox.of_size(frame.size, size)
    rgb = box.rgb(frame)
    return np.multiply(rgb.transpose(2, 0, 1)[np.newaxis], np.float32(1 / 255), dtype=np.float32, order="C")


def _head(nodes: Sequence[str]) -> list[str]:
    """Nodes of the last module, which in ultralytics' models detects."""
    modules = {name: int(found[1]) for name in nodes if (found := _MODULE.match(name))}
    last = max(modules.values(), default=-1)
    return [name for name, module in modules.items() if module == last]


def compare(original: Detector, quantized: Detector, frames: Sequence[Frame]) -> Comparison:
    """How faithful the 8-bit model is."""
    pairs = [(original.infer(frame), quantized.infer(frame)) for frame in frames]
    there = [found_again(wanted, found) for wanted, found in pairs]
    back = [found_again(found, wanted) for wanted, found in pairs]
    return Comparison(
        frames=len(pairs),
        sure=sum(sure for _, sure in there),
        kept=sum(same for same, _ in there),
        extra=sum(sure - same for same, sure in back),
    )
