"""Exported models on OpenVINO: the fastest way on CPUs, and no torch."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openvino as ov
import yaml

from frigate_ext.detect.card import Head, ModelCard, literals
from frigate_ext.detect.decode import Floats
from frigate_ext.detect.labels import labels_beside
from frigate_ext.detect.signature import Form, Signature
from frigate_ext.domain.frame import Image
from frigate_ext.errors import ModelError

_COMPILES_WITHIN = 120.0
"""Seconds, for one shape on a slow machine that has other things to do."""


class OpenVinoNetwork:
    """A `Network` on the CPU plugin; bfloat16 where the CPU computes in it, unless `precision` is f32.

    Compiles once for each input shape: static shapes run faster, and cameras come in few of them. `compiled`
    is a folder that keeps what was compiled for the next start, where it can be written.
    """

    def __init__(
        self, source: Path, threads: int, precision: str, compiled: Path, busy: Callable[[float], None]
    ) -> None:
        """`source` is a folder with an export, or an ONNX file; `busy` is told before each compilation."""
        self._busy = busy
        try:
            self._core = ov.Core()
            self._model = self._core.read_model(_xml(source) if source.is_dir() else source)
            self._outputs = _names(self._model.outputs)
            self._signature = Signature.read(_names(self._model.inputs), self._outputs)
            self.card = self._card(source)
        except (OSError, RuntimeError, yaml.YAMLError) as error:
            raise ModelError(f"{source} is not a usable export: {error}") from error
        *_, height, width = self._model.input(self._signature.pixels).get_partial_shape()
        self.input_size = self._signature.input_size(_length(width), _length(height))
        self._options = _options(self._core, threads, precision, compiled)
        self._requests: dict[tuple[int, ...], Any] = {}

    def run(self, rgb: Image) -> Floats:
        if rgb.shape not in self._requests:
            self._busy(_COMPILES_WITHIN)
            self._requests[rgb.shape] = self._compile(rgb.shape)
        request = self._requests[rgb.shape]
        more = self._signature.more_inputs(len(rgb))
        outputs = request.infer({self._signature.pixels: rgb, **more}, share_inputs=True, share_outputs=True)
        return self._signature.rows(dict(zip(self._outputs, outputs.to_tuple(), strict=True)))

    def close(self) -> None:
        self._requests.clear()

    def _card(self, source: Path) -> ModelCard:
        if self._signature.form is Form.ULTRALYTICS:
            return ModelCard.read(_metadata(source, self._model))
        chosen = self._signature.form is Form.CHOSEN
        classes = None if chosen else _length(self._model.output("logits").get_partial_shape()[-1])
        return ModelCard(labels_beside(source, classes), Head.RTDETR)

    def _compile(self, shape: tuple[int, ...]) -> Any:
        """An inference request for one shape; conversion to floats and channels-first happens inside."""
        try:
            return self._compiled(self._model.clone(), shape)
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            raise ModelError(f"OpenVINO can't run this model on {shape}: {reason}") from error

    def _compiled(self, model: Any, shape: tuple[int, ...]) -> Any:
        steps, pixels = ov.preprocess.PrePostProcessor(model), self._signature.pixels
        steps.input(pixels).tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
        steps.input(pixels).preprocess().convert_element_type(ov.Type.f32).scale(255.0)
        steps.input(pixels).model().set_layout(ov.Layout("NCHW"))
        model = steps.build()
        more = self._signature.more_inputs(shape[0])
        model.reshape({pixels: list(shape), **{name: list(value.shape) for name, value in more.items()}})
        return self._core.compile_model(model, "CPU", self._options).create_infer_request()


def _names(ports: Any) -> list[str]:
    """Older exports leave outputs without one."""
    return [next(iter(sorted(port.get_names())), port.node.friendly_name) for port in ports]


def _length(dimension: Any) -> int | None:
    return dimension.get_length() if dimension.is_static else None


def _metadata(source: Path, model: Any) -> dict[str, Any]:
    """What ultralytics wrote beside an OpenVINO export, or into an ONNX file."""
    if source.is_dir():
        return dict(yaml.safe_load((source / "metadata.yaml").read_text()))
    return literals(model.get_rt_info("framework").value) if model.has_rt_info("framework") else {}


def _xml(folder: Path) -> Path:
    found = sorted(folder.glob("*.xml"))
    if len(found) != 1:
        raise ModelError(f"{folder} holds {len(found)} .xml files instead of one")
    return found[0]


def _options(core: Any, threads: int, precision: str, compiled: Path) -> dict[str, Any]:
    """Latency first, one stream: a detection process looks at one frame at a time.

    Bound to no core, as OpenVINO does by itself: each process would choose the same ones, and wait for the
    others while the rest of the processor has nothing to do.
    """
    able = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    options: dict[str, Any] = {
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,
        "INFERENCE_PRECISION_HINT": "bf16" if "BF16" in able and precision != "f32" else "f32",
    }
    if threads:
        options["INFERENCE_NUM_THREADS"] = threads
    if os.access(compiled.parent, os.W_OK):
        options["CACHE_DIR"] = str(compiled)
    return options
