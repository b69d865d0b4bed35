"""What an exported network takes and gives, told by the names of its inputs and outputs.

Three conventions are known. Ultralytics: one input, one output. RT-DETR's own exporter (lyuwenyu/RT-DETR;
D-FINE and DEIM follow it): `images` and `orig_target_sizes` in, `labels`, `boxes` and `scores` out. Hugging
Face (transformers, optimum): `pixel_values` in, `logits` and `pred_boxes` out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Self

import numpy as np
import numpy.typing as npt

from frigate_ext.domain.geometry import Size
from frigate_ext.errors import ModelError

Floats = npt.NDArray[np.float32]

DETR_SIZE = Size(640, 640)
"""What RT-DETR is trained on; its exports may say that any size goes."""
_SIZES = "orig_target_sizes"


class Form(Enum):
    ULTRALYTICS = auto()
    CHOSEN = auto()
    """Labels, boxes and scores, chosen within the network."""
    LOGITS = auto()
    """Every query's logit for each class."""


@dataclass(frozen=True, slots=True)
class Signature:
    form: Form
    pixels: str
    """The input for `(N, 3, H, W)` RGB, 0..1."""
    sizes: str | None
    """The input for `(N, 2)` widths and heights, which boxes are scaled to."""

    @classmethod
    def read(cls, inputs: Sequence[str], outputs: Sequence[str]) -> Self:
        """Raises ModelError where the names tell of none that is known."""
        others = [name for name in inputs if name != _SIZES]
        if len(others) == 1:
            if _SIZES in inputs and {"labels", "boxes", "scores"} <= set(outputs):
                return cls(Form.CHOSEN, others[0], _SIZES)
            if _SIZES not in inputs and {"logits", "pred_boxes"} <= set(outputs):
                return cls(Form.LOGITS, others[0], None)
            if _SIZES not in inputs and len(outputs) == 1:
                return cls(Form.ULTRALYTICS, others[0], None)
        raise ModelError(
            f"the model takes {', '.join(inputs)} and gives {', '.join(outputs)}: that is no detector as "
            "ultralytics, RT-DETR's own exporter or Hugging Face's write them"
        )

    def input_size(self, width: int | None, height: int | None) -> Size | None:
        """What pictures are scaled to, for sides that the network may leave open; None: anything goes."""
        if width and height:
            return Size(width, height)
        return None if self.form is Form.ULTRALYTICS else DETR_SIZE

    def more_inputs(self, count: int) -> dict[str, npt.NDArray[np.int64]]:
        """All but the pictures. A size of 1 x 1 makes boxes fractions."""
        return {self.sizes: np.ones((count, 2), np.int64)} if self.sizes else {}

    def rows(self, outputs: Mapping[str, Floats]) -> Floats:
        """What ultralytics' export of the same network would give; see `decode`."""
        return _ROWS[self.form](outputs)


def _as_it_is(outputs: Mapping[str, Floats]) -> Floats:
    (only,) = outputs.values()
    return only


def _chosen(outputs: Mapping[str, Floats]) -> Floats:
    """`boxes` are xyxy fractions."""
    low, high = outputs["boxes"][..., :2], outputs["boxes"][..., 2:]
    return _joined((low + high) / 2, high - low, outputs["scores"], outputs["labels"])


def _best_of_each_query(outputs: Mapping[str, Floats]) -> Floats:
    """`pred_boxes` are cxcywh fractions; the network's last step, a sigmoid, is left to us."""
    logits, boxes = outputs["logits"], outputs["pred_boxes"]
    scores = 1 / (1 + np.exp(-logits.max(-1)))
    return _joined(boxes[..., :2], boxes[..., 2:], scores, logits.argmax(-1))


def _joined(*columns: npt.NDArray[np.generic]) -> Floats:
    """`(N, Q, 6)`: cxcywh as fractions, score, class."""
    matrices = [column if column.ndim == 3 else column[..., np.newaxis] for column in columns]  # noqa: PLR2004 - said above
    return np.concatenate(matrices, axis=-1, dtype=np.float32)


_ROWS: dict[Form, Callable[[Mapping[str, Floats]], Floats]] = {
    Form.ULTRALYTICS: _as_it_is,
    Form.CHOSEN: _chosen,
    Form.LOGITS: _best_of_each_query,
}
