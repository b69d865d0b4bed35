"""How the camera itself moved, as ultralytics estimates it."""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt
from ultralytics.trackers.utils.gmc import GMC

from frigate_ext.domain.frame import Image

Warp = npt.NDArray[np.floating]
"""`(2, 3)`: takes points of the frame before, in pixels, to where they are now."""


class CameraMotion:
    """In the place of `gmc` in each of one camera's trackers: a frame is looked at once for all of them.

    Corners of the frame before are found again unless they have moved by more than a tenth of the picture.
    """

    method = "sparseOptFlow"

    def __init__(self) -> None:
        self._gmc = GMC(self.method)
        self._frame: Image | None = None
        self._warp: Warp = np.eye(2, 3)
        # It would say of every dark frame that there is nothing to go by.
        logging.getLogger("ultralytics").setLevel(logging.ERROR)

    def apply(self, frame: Image, _boxes: object = None) -> Warp:
        """`frame` is the luma plane, `uint8 (H, W, 1)`; the same object again asks for the same again."""
        if frame is not self._frame:
            self._frame, self._warp = frame, np.eye(2, 3)
            self._warp = self._gmc.apply(frame)
        return self._warp

    def reset_params(self) -> None:
        """Begin anew, as with frames of another size."""
        self._gmc.reset_params()
