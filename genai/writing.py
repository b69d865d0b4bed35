"""Where writing stands in a picture, and the picture in which none can be read. Pure.

Method: M. Liao et al., "Real-time Scene Text Detection with Differentiable Binarization" (2020), whose
networks mark the shrunken core of each line of text; what they mark is grown back by `_GROWTH`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from frigate_ext.domain.frame import Image

Probabilities = NDArray[np.float32]
"""`(H, W)`, 0..1: how much a pixel belongs to the core of a line of text."""
Patched = NDArray[np.bool_]
"""`(H, W)`: where patches lie."""
Find = Callable[[Image], Probabilities]
"""What a network says of a picture."""

_PIXEL = 0.3
_LINE = 0.6
"""Mean over a line's core; the least for a pixel and for a line, as the network's authors have them."""
_GROWTH = 1.8
"""Their 1.5, and some more: a rim of a letter too much covered costs less than one too few."""
_MARGIN = 2.0
_THINNEST = 3.0
"""Pixels."""
_SMALL_PRINT = 2.5
"""Pixels to a side that are made one: letters of 5 pixels, the least that a network finds, are blots then."""
_UNFOUND = 4.0
"""The same where nobody can look for writing; letters of 8 pixels are blots, people can be made out."""
_LAST_RESORT = 16.0
_ROUNDS = 3


def veiled(picture: Image, find: Find) -> tuple[Image, bool]:
    """A copy in which no writing can be read, and whether any was found to be covered.

    What is found is covered, what is too small for that blurred with all the rest, and what is then found
    still is covered again. Where there is no end to it, next to nothing can be made out.
    """
    result, patched = picture.copy(), np.zeros(picture.shape[:2], bool)
    found = cover(result, find(result), patched)
    result = blurred(result, _SMALL_PRINT)
    for _ in range(_ROUNDS):
        if not cover(result, find(result), patched):
            return result, found
        found = True
    return blurred(result, _LAST_RESORT), True


def has_writing(picture: Image, find: Find) -> bool:
    """Whether there is any line of text to be found."""
    return bool(_lines(find(picture)))


def blurred(picture: Image, coarse: float = _UNFOUND) -> Image:
    """A copy of the same size in which small things can't be made out, and a person can."""
    height, width = picture.shape[:2]
    size = (max(1, round(width / coarse)), max(1, round(height / coarse)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def cover(picture: Image, probabilities: Probabilities, patched: Patched) -> bool:
    """Lay a patch of its mean colour over each line of text, in place, and tell whether there was one.

    No letter is left where patches lie already, though a network may take a plain patch for writing.
    """
    lines = _lines(np.where(patched, np.float32(0), probabilities))
    for corners in lines:
        patch = np.zeros(picture.shape[:2], np.uint8)
        cv2.fillPoly(patch, [corners], 1)
        picture[patch > 0] = picture[patch > 0].mean(axis=0)
        patched |= patch > 0
    return bool(lines)


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
