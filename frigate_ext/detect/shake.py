"""Whether it is the camera that moves, told from two pictures."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from frigate_ext.domain.frame import Image

_AXES = ((1, 0), (0, 1))
_DAMPING = 1e-3


def explained_by_shift(
    average: npt.NDArray[np.float32], picture: Image, weights: npt.NDArray[np.float32]
) -> float:
    """Share, 0..1, of how `picture` differs from `average` that one shift of the whole of it explains.

    Both are luma, `(H, W)`, and so are `weights`: 1, or 0 for pixels that say nothing. Shifts are of a few
    pixels. Method: one step of B. D. Lucas and T. Kanade, "An Iterative Image Registration Technique" (IJCAI
    1981), over all of the picture; differences count squared.
    """
    change = ((picture - average) * weights).ravel()
    x, y = ((cv2.Sobel(average, cv2.CV_32F, *axis, scale=1 / 8) * weights).ravel() for axis in _AXES)
    xx, xy, yy = float(x @ x), float(x @ y), float(y @ y)
    across, down = float(x @ change), float(y @ change)
    # Where all edges run one way nothing tells how far the picture was shifted along them: not at all, then.
    xx, yy = (side + 1 + _DAMPING * (xx + yy) for side in (xx, yy))
    explained = (yy * across**2 - 2 * xy * across * down + xx * down**2) / (xx * yy - xy**2)
    return explained / max(float(change @ change), 1.0)
