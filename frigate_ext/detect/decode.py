"""From a network's raw output to boxes: one function for each kind of head."""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from frigate_ext.detect.card import Head
from frigate_ext.domain.geometry import Size

Floats = npt.NDArray[np.float32]

NMS_IOU = 0.5
"""Overlap above which two boxes of one class are taken for the same thing."""
MAX_CANDIDATES = 1000
"""Boxes that may enter NMS, the best ones: bounds its cost on pathological pictures."""


class Candidates(NamedTuple):
    """`boxes` `(N, 4)` xyxy in pixels of the network's input, `scores` `(N,)` 0..1, `classes` `(N,)`."""

    boxes: Floats
    scores: Floats
    classes: npt.NDArray[np.intp]

    def take(self, chosen: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Candidates:
        return Candidates(self.boxes[chosen], self.scores[chosen], self.classes[chosen])


def decode(raw: Floats, head: Head, canvas: Size, min_score: float) -> Candidates:
    """What the network found with at least `min_score`, best first, without duplicates.

    `raw` is its output without the batch axis.
    """
    if head is Head.YOLO:
        found = suppress(yolo(raw, min_score))
    elif head is Head.END_TO_END:
        found = end_to_end(raw, min_score)
    else:
        found = rtdetr(raw, canvas, min_score)
    return found.take(np.argsort(-found.scores, kind="stable"))


def yolo(raw: Floats, min_score: float) -> Candidates:
    """`raw` is `(4 + classes, N)`: cxcywh in input pixels, then a score for each class."""
    columns = np.flatnonzero(raw[4:].max(axis=0) >= min_score)
    kept = raw[:, columns].T
    classes = kept[:, 4:].argmax(axis=1)
    scores = kept[np.arange(len(kept)), classes + 4]
    return Candidates(_corners(kept[:, :4]), scores, classes)


def end_to_end(raw: Floats, min_score: float) -> Candidates:
    """`raw` is `(N, 6)`: xyxy in input pixels, score, class."""
    kept = raw[raw[:, 4] >= min_score]
    return Candidates(kept[:, :4], kept[:, 4], kept[:, 5].astype(np.intp))


def rtdetr(raw: Floats, canvas: Size, min_score: float) -> Candidates:
    """`raw` is `(N, 6)`: cxcywh as fractions, score, class; before ultralytics 8.4 `(N, 4 + classes)`."""
    if raw.shape[1] == 6:  # noqa: PLR2004 - the newer form
        scores, classes = raw[:, 4], raw[:, 5].astype(np.intp)
    else:
        scores, classes = raw[:, 4:].max(axis=1), raw[:, 4:].argmax(axis=1)
    boxes = _corners(raw[:, :4]) * np.array([*canvas, *canvas], np.float32)
    return Candidates(boxes, scores, classes).take(scores >= min_score)


def suppress(found: Candidates) -> Candidates:
    """Non-maximum suppression within each class."""
    if len(found.scores) > MAX_CANDIDATES:
        found = found.take(np.argpartition(-found.scores, MAX_CANDIDATES)[:MAX_CANDIDATES])
    if not len(found.scores):
        return found
    xywh: Any = np.hstack([found.boxes[:, :2], found.boxes[:, 2:] - found.boxes[:, :2]])
    scores: Any = found.scores  # cv2's stubs know lists only, its code takes arrays
    classes: Any = found.classes.astype(np.int32)
    kept = cv2.dnn.NMSBoxesBatched(xywh, scores, classes, 0.0, NMS_IOU)
    return found.take(np.asarray(kept, np.intp).reshape(-1))


def _corners(cxcywh: Floats) -> Floats:
    half = cxcywh[:, 2:] / 2
    return np.hstack([cxcywh[:, :2] - half, cxcywh[:, :2] + half])
