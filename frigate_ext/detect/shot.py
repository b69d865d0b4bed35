"""What a detector is shown: a frame, or an area of one."""

from __future__ import annotations

from typing import NamedTuple

from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box


class Shot(NamedTuple):
    """One picture for the detector."""

    frame: Frame
    area: Box | None = None
    """Inside the frame, of even sides at even places and the shape of `Views.part`; None: all of it."""

    @property
    def shown(self) -> Box:
        """What it shows of the frame."""
        return self.area or Box(0, 0, *self.frame.size)
