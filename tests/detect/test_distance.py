"""People far away in a large picture: what areas are for."""

import cv2
import numpy as np
import pytest

from frigate_ext.detect.detector import DetectorSettings, load_detector
from frigate_ext.detect.prepare import bgr
from frigate_ext.pipeline import Pipeline, PipelineSettings
from frigate_ext.runtime.cache import cache_dir
from tests.detect.conftest import frame_of


@pytest.fixture
def street(bus_frame):
    """1080p: a blur, across which the photo comes after 3 s, scaled so that its people are 65 pixels high."""
    photo = bgr(bus_frame)
    small = cv2.resize(photo, None, fx=0.13, fy=0.13, interpolation=cv2.INTER_AREA)
    blur = cv2.GaussianBlur(cv2.resize(photo, (1920, 1080)), (0, 0), 60)
    pictures = [blur.copy() for _ in range(30)]
    for number, picture in enumerate(pictures[15:]):
        left = 900 + 5 * number
        picture[500 : 500 + small.shape[0], left : left + small.shape[1]] = small
    return [frame_of(np.ascontiguousarray(picture), 1000 + n / 5) for n, picture in enumerate(pictures)]


@pytest.mark.slow
def test_a_320_network_finds_people_in_1080p_whom_whole_pictures_hide_from_it(street, yolov8n_weights):
    """In a whole picture's input they are 11 pixels high."""
    detector = load_detector(DetectorSettings(size=320, region=320, precision="f32"), cache_dir())
    assert "person" not in {seen.label for frame in street[15:] for seen in detector.infer(frame)}
    pipeline = Pipeline(PipelineSettings(camera="street"), detector)
    *_, last = (pipeline.step(frame) for frame in street)
    real = [seen for seen in last.objects if not seen.false_positive]
    assert real
    assert all(55 <= seen.box.height <= 75 and seen.label == "person" for seen in real)
    detector.close()
