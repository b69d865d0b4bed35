"""Exported models on ONNX Runtime: where OpenVINO is not to be had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from frigate_ext.detect.card import Head, ModelCard, literals
from frigate_ext.detect.decode import Floats
from frigate_ext.detect.labels import labels_beside
from frigate_ext.detect.signature import Form, Signature
from frigate_ext.domain.frame import Image
from frigate_ext.errors import ModelError


class OnnxNetwork:
    """A `Network` on ONNX Runtime's CPU provider."""

    def __init__(self, file: Path, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # its errors share no root but this
            raise ModelError(f"{file} is not a usable ONNX export: {error}") from error
        inputs = {each.name: each.shape for each in self._session.get_inputs()}
        self._outputs = {each.name: each.shape for each in self._session.get_outputs()}
        self._signature = Signature.read(list(inputs), list(self._outputs))
        self.card = self._card(file)
        height, width = inputs[self._signature.pixels][2:]
        self.input_size = self._signature.input_size(_length(width), _length(height))

    def run(self, rgb: Image) -> Floats:
        pixels = np.multiply(rgb.transpose(0, 3, 1, 2), np.float32(1 / 255), dtype=np.float32, order="C")
        inputs = {self._signature.pixels: pixels, **self._signature.more_inputs(len(rgb))}
        outputs = self._session.run(None, inputs)
        return self._signature.rows(dict(zip(self._outputs, outputs, strict=True)))

    def close(self) -> None:
        self._session = None

    def _card(self, file: Path) -> ModelCard:
        if self._signature.form is Form.ULTRALYTICS:
            return ModelCard.read(literals(self._session.get_modelmeta().custom_metadata_map))
        chosen = self._signature.form is Form.CHOSEN
        classes = None if chosen else _length(self._outputs["logits"][-1])
        return ModelCard(labels_beside(file, classes), Head.RTDETR)


def _length(dimension: int | str | None) -> int | None:
    """Dimensions that are not fixed have a name, or none."""
    return dimension if isinstance(dimension, int) else None
