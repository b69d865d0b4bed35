"""What engines prepare for each shape of input is prepared before frames wait for it."""

from __future__ import annotations

import numpy as np

from frigate_ext.detect.detector import Detector
from frigate_ext.detect.shot import Shot
from frigate_ext.detection_process.together import TOGETHER
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box

_USUAL = 640, 360


def warm_up(detector: Detector, cameras: int) -> None:
    """Show it as many 16:9 pictures, and areas of them, as may come together; blocks for seconds.

    Other shapes are prepared when they first come.
    """
    width, height = _USUAL
    luma, chroma = np.zeros((height, width), np.uint8), np.full((height // 2, width // 2), 128, np.uint8)
    frame = Frame("", 0.0, luma, chroma, chroma)
    views = detector.views(frame.size)
    area = views.cut.area(Box(0, 0, 1, 1)) if views.cut else None
    for count in range(1, TOGETHER + 1):
        if count <= cameras or views.part == views.whole:
            detector.infer_all([Shot(frame)] * count)
        if area and views.part != views.whole:
            detector.infer_all([Shot(frame, area)] * count)
