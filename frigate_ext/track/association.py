"""Which detection continues which track: similarity of boxes and the best one-to-one assignment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from frigate_ext.track.kalman import Floats

Mask = npt.NDArray[np.bool_]
_FORBIDDEN = 2.0
"""What it costs to leave one unpaired: as much as the worst pair, 1 - DIoU is at most 2.

More, and good pairs would be broken to make as many bad ones as there can be.
"""


def overlaps(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """IoU and DIoU of `(N, 4)` with `(M, 4)` xyxy boxes, each `(N, M)`.

    DIoU is IoU less the squared distance of the centres over the squared diagonal of the box around both: it
    still tells near from far where boxes don't overlap. (Zheng et al., Distance-IoU Loss, AAAI 2020.)
    """
    a, b = a[:, np.newaxis], b[np.newaxis]
    shared = np.maximum(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0).prod(-1)
    union = _area(a) + _area(b) - shared
    around = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    apart = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    iou = shared / np.maximum(union, 1e-9)
    return iou, iou - (apart**2).sum(-1) / np.maximum((around**2).sum(-1), 1e-9)


def assign(distance: Floats, allowed: Mask) -> list[tuple[int, int]]:
    """Pairs (row, column), each at most once, all allowed, of the least total distance."""
    if not allowed.any():
        return []
    rows, columns = linear_sum_assignment(np.where(allowed, distance, _FORBIDDEN))
    return [
        (int(row), int(column)) for row, column in zip(rows, columns, strict=True) if allowed[row, column]
    ]


def _area(boxes: Floats) -> Floats:
    area: Floats = (boxes[..., 2:] - boxes[..., :2]).prod(-1)
    return area
