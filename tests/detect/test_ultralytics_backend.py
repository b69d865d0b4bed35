"""What pictures are scaled to; the network that looks at them is a stand-in."""

import numpy as np
import pytest

from frigate_ext.detect import ultralytics_backend
from frigate_ext.detect.graphics_card import Placement
from frigate_ext.detect.regions import Views
from frigate_ext.detect.shot import Shot
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.runtime.cache import cache_dir
from tests.detect.test_graphics_card import Network

WIDE = Size(1280, 720)
FRAME = Frame(
    "yard", 0.0, *(np.full(shape, 128, np.uint8) for shape in ((720, 1280), (360, 640), (360, 640)))
)


class Transformer(Network):
    """RT-DETR, as far as it is told from YOLO."""


@pytest.fixture
def looks(monkeypatch):
    """Of a model: what it can be shown, and the sizes of the looks at a frame and an area."""
    monkeypatch.setattr(ultralytics_backend, "RTDETR", Transformer)

    def looks(model, region=256):
        sizes = []
        predict = model.predict

        def noted(self, picture, *, imgsz, **options):
            sizes.append(imgsz)
            return predict(self, picture, **options)

        monkeypatch.setattr(model, "predict", noted)
        monkeypatch.setattr(ultralytics_backend, "YOLO", model)
        detector = ultralytics_backend.UltralyticsDetector(
            cache_dir() / "no.pt", 320, region, threads=0, min_score=0.1, placement=Placement(card=False)
        )
        detector.infer_all([Shot(FRAME), Shot(FRAME, Box(0, 0, 256, 160))])
        return detector.views(WIDE), sizes

    return looks


def test_yolo_takes_pictures_of_the_sizes_that_are_wanted(looks):
    assert looks(Network) == (Views(WIDE, Size(320, 192), Size(256, 160)), [320, 256])


def test_a_transformer_takes_squares_of_640_px_as_it_was_trained(looks):
    assert looks(Transformer) == (Views(WIDE, Size(640, 640), Size(640, 640)), [640, 640])


def test_without_areas_a_transformer_has_none_either(looks):
    assert looks(Transformer, region=0)[0].part is None
