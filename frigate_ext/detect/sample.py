"""A picture to measure detectors on."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from frigate_ext.detect.prepare import from_bgr
from frigate_ext.domain.frame import Frame, Image


def sample_frame() -> Frame:
    """A photo of a bus and people that comes with ultralytics; without it, a picture with nothing in it."""
    return from_bgr(_photo(), "sample")


def _photo() -> Image:
    """`(640, 640, 3)` BGR."""
    package = find_spec("ultralytics")
    folders = package.submodule_search_locations if package else None
    photo = cv2.imread(str(Path(next(iter(folders))) / "assets" / "bus.jpg")) if folders else None
    if photo is None:
        return np.full((640, 640, 3), 114, np.uint8)
    return np.asarray(cv2.resize(photo, (640, 640), interpolation=cv2.INTER_AREA), np.uint8)
