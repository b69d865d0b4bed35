"""Exported models on ONNX Runtime: where OpenVINO is not to be had."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from frigate_ext.detect.card import ModelCard
from frigate_ext.detect.decode import Floats
from frigate_ext.domain.frame import Image
from frigate_ext.domain.geometry import Size
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
        self.card = ModelCard.read(_metadata(self._session.get_modelmeta().custom_metadata_map))
        (self._input,) = self._session.get_inputs()
        height, width = self._input.shape[2:]
        self.input_size = Size(width, height) if isinstance(width, int) and isinstance(height, int) else None

    def run(self, rgb: Image) -> Floats:
        pixels = np.multiply(rgb.transpose(0, 3, 1, 2), np.float32(1 / 255), dtype=np.float32, order="C")
        output: Floats = self._session.run(None, {self._input.name: pixels})[0]
        return output

    def close(self) -> None:
        self._session = None


def _metadata(written: dict[str, str]) -> dict[str, Any]:
    """Values are written as Python literals; what is none is kept as text."""
    return {key: _literal(value) for key, value in written.items()}


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
