from dataclasses import replace

import numpy as np
import pytest

from frigate_ext.detect.card import Head, ModelCard
from frigate_ext.detect.exported import ExportedDetector
from frigate_ext.detect.shot import Shot
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, Size

FRAME = Frame("yard", 0.0, *(np.full(shape, 128, np.uint8) for shape in ((480, 640), (240, 320), (240, 320))))
AREAS = [Box(x, 0, x + 64, 64) for x in range(0, 384, 64)]


class Engine:
    """Finds one thing that fills every picture, and remembers the shapes it was shown."""

    def __init__(self, input_size=None):
        self.card = ModelCard(("person",), Head.END_TO_END)
        self.input_size = input_size
        self.shapes = []

    def run(self, rgb):
        self.shapes.append(rgb.shape)
        _, height, width, _ = rgb.shape
        return np.tile(np.array([[0, 0, width, height, 0.9, 0]], np.float32), (len(rgb), 1, 1))

    def close(self):
        pass


@pytest.mark.parametrize("fixed, batches", [(None, [4, 2]), (Size(256, 256), [1] * 6)])
def test_areas_go_in_few_calls_unless_the_input_is_fixed(fixed, batches):
    engine = Engine(fixed)
    found = ExportedDetector(engine, 640, 256, 0.1).infer_all([Shot(FRAME, area) for area in AREAS])
    assert [shape[0] for shape in engine.shapes] == batches
    assert [[detection.box for detection in seen] for seen in found] == [[area] for area in AREAS]


@pytest.mark.parametrize(
    "fixed, part",
    [(None, Size(256, 192)), (Size(640, 640), Size(640, 640)), (Size(640, 384), Size(640, 384))],
)
def test_a_fixed_input_decides_what_areas_are_shown_in(fixed, part):
    assert ExportedDetector(Engine(fixed), 640, 256, 0.1).views(FRAME.size).part == part
    assert ExportedDetector(Engine(fixed), 640, 0, 0.1).views(FRAME.size).part is None


def test_shots_of_one_shape_go_together_whatever_frame_they_are_of_and_keep_their_order():
    engine = Engine()
    other = replace(FRAME, y=FRAME.y[:360], u=FRAME.u[:180], v=FRAME.v[:180])
    shots = [Shot(FRAME), Shot(other, AREAS[1]), Shot(other), Shot(FRAME, AREAS[2]), Shot(FRAME)]
    found = ExportedDetector(engine, 320, 256, 0.1).infer_all(shots)
    assert sorted(engine.shapes) == [
        (1, 160, 256, 3),
        (1, 192, 256, 3),
        (1, 192, 320, 3),
        (2, 256, 320, 3),
    ]
    assert [seen[0].box for seen in found] == [
        Box(0, 0, 640, 480),
        AREAS[1],
        Box(0, 0, 640, 360),
        AREAS[2],
        Box(0, 0, 640, 480),
    ]


def test_large_pictures_go_alone():
    engine = Engine()
    ExportedDetector(engine, 640, 256, 0.1).infer_all([Shot(FRAME)] * 2)
    assert engine.shapes == [(1, 480, 640, 3)] * 2


def test_pictures_and_areas_of_one_shape_go_together():
    engine = Engine()
    ExportedDetector(engine, 320, 320, 0.1).infer_all([Shot(FRAME), Shot(FRAME, Box(0, 0, 320, 256))])
    assert engine.shapes == [(2, 256, 320, 3)]
