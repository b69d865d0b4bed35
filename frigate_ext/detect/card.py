"""What an exported model says about itself."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Self

from frigate_ext.errors import ModelError


class Head(Enum):
    """How a model writes down what it found; see `decode`."""

    YOLO = auto()
    END_TO_END = auto()
    """YOLO without NMS (v10, 26)."""
    RTDETR = auto()


@dataclass(frozen=True, slots=True)
class ModelCard:
    labels: tuple[str, ...]
    head: Head

    @classmethod
    def read(cls, metadata: Mapping[str, Any]) -> Self:
        """From what ultralytics writes into its exports; raises ModelError for anything but detection."""
        names, task = metadata.get("names"), metadata.get("task")
        if not isinstance(names, dict) or not names:
            raise ModelError("the model has no class names: export it with ultralytics")
        if task != "detect":
            raise ModelError(f"the model is made to {task}, not to detect")
        return cls(tuple(str(names[index]) for index in sorted(names)), _head(metadata))


def literals(written: Mapping[str, str]) -> dict[str, Any]:
    """The metadata of an ONNX file: values are written as Python literals; what is none is kept as text."""
    return {key: _literal(value) for key, value in written.items()}


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text


def _head(metadata: Mapping[str, Any]) -> Head:
    """`head` is written since ultralytics 8.4; before that the description names the family."""
    if str(metadata.get("end2end")) == "True":
        return Head.END_TO_END
    if metadata.get("head") == "RTDETRDecoder" or "rtdetr" in str(metadata.get("description", "")).lower():
        return Head.RTDETR
    return Head.YOLO
