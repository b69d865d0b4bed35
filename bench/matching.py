"""Which of the wanted boxes were found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from frigate_ext.domain.geometry import Box
from frigate_ext.track.association import assign, overlaps

_IOU = 0.5


def matched(wanted: Sequence[Box], found: Sequence[Box]) -> int:
    """How many of `wanted` have a partner of their own among `found`, of IoU 0.5 at least."""
    if not wanted or not found:
        return 0
    similar, _ = overlaps(np.array(wanted, np.float64), np.array(found, np.float64))
    return len(assign(1 - similar, similar >= _IOU))
