"""A camera that turns over a scene in which nothing moves."""

import cv2
import numpy as np
import pytest

from frigate_ext.detect.regions import Views
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection
from frigate_ext.pipeline import Pipeline, PipelineSettings

FRAME, PACE = Size(640, 360), 40
NOISE = np.random.default_rng(1).integers(0, 256, (45, 150), np.uint8)
SCENE = cv2.resize(NOISE, (1200, 360), interpolation=cv2.INTER_CUBIC)
THINGS = {"person": Box(500, 100, 530, 180), "dog": Box(560, 200, 590, 230)}
"""Narrower than the camera turns from one frame to the next, so that no box overlaps the one before."""


class Panning:
    """Stands still for 2 s and then turns; what is in the picture is found."""

    labels = tuple(THINGS)

    def __init__(self, tracker):
        settings = PipelineSettings(camera="yard", labels=self.labels, tracker=tracker)
        self.pipeline = Pipeline(settings, self)
        self.at = 0

    def views(self, frame):
        return Views(frame, frame, None)

    def infer_all(self, shots):
        return [[self.seen(label, *box) for label, box in THINGS.items()] for _ in shots]

    def seen(self, label, x1, y1, x2, y2):
        return Detection(label, 0.9, Box(x1 - self.at, y1, x2 - self.at, y2))

    def ids(self):
        """Of the objects that are seen, frame by frame."""
        half = np.full((180, 320), 128, np.uint8)
        for number, self.at in enumerate([0] * 10 + list(range(PACE, 11 * PACE, PACE))):
            luma = SCENE[:, self.at : self.at + FRAME.width]
            step = self.pipeline.step(Frame("yard", 1_700_000_000.0 + number / 5, luma, half, half))
            yield {each.id for each in step.objects if each.is_seen}


@pytest.mark.slow
def test_with_compensation_things_stay_who_they_are_while_the_camera_turns():
    *_, still, first, _, _, _, _, _, _, _, _, last = Panning("botsort_gmc").ids()
    assert len(still) == len(THINGS)
    assert first == last == still


@pytest.mark.slow
def test_without_compensation_they_are_lost():
    *_, still, first, _, _, _, _, _, _, _, _, last = Panning("botsort").ids()
    assert len(still) == len(THINGS)
    assert not (first | last) & still
