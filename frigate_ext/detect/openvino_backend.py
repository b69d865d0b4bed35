"""Exported models on OpenVINO: the fastest way on CPUs, and no torch."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openvino as ov
import yaml

from frigate_ext.detect.card import ModelCard
from frigate_ext.detect.decode import Floats
from frigate_ext.domain.frame import Image
from frigate_ext.domain.geometry import Size
from frigate_ext.errors import ModelError

_COMPILES_WITHIN = 120.0
"""Seconds, for one shape on a slow machine that has other things to do."""


class OpenVinoNetwork:
    """A `Network` on the CPU plugin; bfloat16 where the CPU computes in it, unless `precision` is f32.

    Compiles once for each input shape: static shapes run faster, and cameras come in few of them. `compiled`
    is a folder that keeps what was compiled for the next start, where it can be written.
    """

    def __init__(
        self, folder: Path, threads: int, precision: str, compiled: Path, busy: Callable[[float], None]
    ) -> None:
        """`busy` is told before each compilation, which blocks."""
        self._busy = busy
        try:
            self.card = ModelCard.read(yaml.safe_load((folder / "metadata.yaml").read_text()))
            self._core = ov.Core()
            self._model = self._core.read_model(_xml(folder))
        except (OSError, RuntimeError, yaml.YAMLError) as error:
            raise ModelError(f"{folder} is not a usable OpenVINO export: {error}") from error
        shape = self._model.input(0).get_partial_shape()
        self.input_size = None if shape.is_dynamic else Size(shape[3].get_length(), shape[2].get_length())
        self._options = _options(self._core, threads, precision, compiled)
        self._requests: dict[tuple[int, ...], Any] = {}

    def run(self, rgb: Image) -> Floats:
        if rgb.shape not in self._requests:
            self._busy(_COMPILES_WITHIN)
            self._requests[rgb.shape] = self._compile(rgb.shape)
        request = self._requests[rgb.shape]
        request.infer([rgb], share_inputs=True)
        output: Floats = request.get_output_tensor(0).data
        return output

    def close(self) -> None:
        self._requests.clear()

    def _compile(self, shape: tuple[int, ...]) -> Any:
        """An inference request for one shape; conversion to floats and channels-first happens inside."""
        model = self._model.clone()
        steps = ov.preprocess.PrePostProcessor(model)
        steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
        steps.input().preprocess().convert_element_type(ov.Type.f32).scale(255.0)
        steps.input().model().set_layout(ov.Layout("NCHW"))
        model = steps.build()
        model.reshape(list(shape))
        return self._core.compile_model(model, "CPU", self._options).create_infer_request()


def _xml(folder: Path) -> Path:
    found = sorted(folder.glob("*.xml"))
    if len(found) != 1:
        raise ModelError(f"{folder} holds {len(found)} .xml files instead of one")
    return found[0]


def _options(core: Any, threads: int, precision: str, compiled: Path) -> dict[str, Any]:
    """Latency first, one stream: a detection process looks at one frame at a time."""
    able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    options: dict[str, Any] = {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": 1,
        "INFERENCE_PRECISION_HINT": "bf16" if "BF16" in able and precision != "f32" else "f32",
    }
    if threads:
        options["INFERENCE_NUM_THREADS"] = threads
    if os.access(compiled.parent, os.W_OK):
        options["CACHE_DIR"] = str(compiled)
    return options
