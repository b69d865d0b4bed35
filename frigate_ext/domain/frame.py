"""One picture of one camera at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from frigate_ext.domain.geometry import Size

Image = npt.NDArray[np.uint8]
"""`uint8 (H, W, 3)` BGR, or a `uint8 (H, W)` plane where a docstring says so."""

LONGEST_GAP: Final = 60.0
"""Seconds between a camera's frames that may have been lived through; more, and the clock was set forward."""


class FrameKey(NamedTuple):
    """Names a frame exactly: a float time can't, and a restarted publisher counts from 0 again."""

    camera: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A decoded frame, as YUV 4:2:0 planes so that nobody pays for a colour conversion unasked.

    `y` is `uint8 (H, W)`, `u` and `v` are `uint8 (ceil(H/2), ceil(W/2))`, full range 0..255 or video range as
    the stream has it (see `full_range`). Rows may be strided; treat the planes as read-only.
    `time` is epoch seconds UTC.
    """

    camera: str
    time: float
    y: Image
    u: Image
    v: Image
    full_range: bool = False
    decoded_at: float | None = None
    """Monotonic seconds; None where nobody took note."""

    @property
    def size(self) -> Size:
        height, width = self.y.shape
        return Size(width, height)

    @property
    def nbytes(self) -> int:
        """Bytes the planes hold in memory."""
        return self.y.nbytes + self.u.nbytes + self.v.nbytes
