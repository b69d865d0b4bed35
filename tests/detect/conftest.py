"""Real pictures as frames: a photo of a bus with people, and the street clip."""

from importlib.util import find_spec
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from frigate_ext.domain.frame import Frame


def frame_of(bgr: np.ndarray, time: float = 0.0) -> Frame:
    """A BGR picture with even sides as video-range planes."""
    height, width, _ = bgr.shape
    yuv = cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420).reshape(-1)
    area, half = width * height, (height // 2, width // 2)
    return Frame(
        "street",
        time,
        yuv[:area].reshape(height, width),
        yuv[area : area * 5 // 4].reshape(half),
        yuv[area * 5 // 4 :].reshape(half),
    )


@pytest.fixture(scope="session")
def bus_frame() -> Frame:
    """810x1080: a bus and at least three people."""
    (package,) = find_spec("ultralytics").submodule_search_locations
    return frame_of(cv2.imread(str(Path(package) / "assets" / "bus.jpg")))


@pytest.fixture(scope="session")
def street_frames(street_clip) -> list[Frame]:
    """Every fifth frame of the clip: 5 a second for 10 seconds."""
    with av.open(str(street_clip)) as container:
        frames = [f for index, f in enumerate(container.decode(video=0)) if index % 5 == 0]
        return [frame_of(frame.to_ndarray(format="bgr24"), 1000 + frame.time) for frame in frames]
