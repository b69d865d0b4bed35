"""Where writing stands in a picture, and the picture without it. Pure.

Method: M. Liao et al., "Real-time Scene Text Detection with Differentiable Binarization" (2020), whose
networks mark the shrunken core of each line of text; what they mark is grown back by `_GROWTH`.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from frigate_ext.domain.frame import Image

Probabilities = NDArray[np.float32]
"""`(H, W)`, 0..1: how much a pixel belongs to the core of a line of text."""

_PIXEL = 0.3
_LINE = 0.6
"""Mean over a line's core; the least for a pixel and for a line, as the network's authors have them."""
_GROWTH = 1.8
"""Their 1.5, and some more: a rim of a letter too much covered costs less than one too few."""
_MARGIN = 2.0
_THINNEST = 3.0
"""Pixels."""


_COARSE = 4
"""Pixels to a side that are made one; letters of up to 24 pixels are then blots."""


def blurred(picture: Image) -> Image:
    """A copy of the same size in which small things can't be made out, and a person can."""
    height, width = picture.shape[:2]
    coarse = (max(1, width // _COARSE), max(1, height // _COARSE))
    small = cv2.resize(picture, coarse, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def covered(picture: Image, probabilities: Probabilities) -> Image | None:
    """A copy with each line of text under a patch of its mean colour; None where there is none."""
    lines = _lines(probabilities)
    if not lines:
        return None
    result = picture.copy()
    for corners in lines:
        patch = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillPoly(patch, [corners], 1)
        result[patch > 0] = picture[patch > 0].mean(axis=0)
    return result


def _lines(probabilities: Probabilities) -> list[NDArray[np.int32]]:
    """The corners of a box around each line of text, four points `(x, y)` each."""
    cores = (probabilities > _PIXEL).astype(np.uint8)
    contours, _ = cv2.findContours(cores, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for contour in contours:
        middle, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < _THINNEST or _mean_inside(probabilities, contour) < _LINE:
            continue
        growth = 2 * (_GROWTH * width * height / (2 * (width + height)) + _MARGIN)
        box = cv2.boxPoints((middle, (width + growth, height + growth), angle))
        boxes.append(box.round().astype(np.int32))
    return boxes


def _mean_inside(probabilities: Probabilities, contour: NDArray[Any]) -> float:
    x, y, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [contour - (x, y)], 1)
    return float(probabilities[y : y + height, x : x + width][inside > 0].mean())
