"""What the detector is shown before there are frames."""

import pytest

from frigate_ext.detect.regions import Views
from frigate_ext.detection_process.warm_up import warm_up
from frigate_ext.domain.geometry import Size


class Remembers:
    def __init__(self, square):
        self.square = square
        self.shown = []

    def views(self, frame):
        return Views(frame, Size(320, 192), self.square)

    def infer_all(self, shots):
        self.shown.append((len(shots), shots[0].area is None))
        return [[] for _ in shots]


@pytest.mark.parametrize("cameras, wholes", [(1, [1]), (3, [1, 2, 3]), (40, [1, 2, 3, 4])])
def test_whole_pictures_of_as_many_cameras_as_there_are_and_every_number_of_squares(cameras, wholes):
    detector = Remembers(256)
    warm_up(detector, cameras)
    assert [count for count, whole in detector.shown if whole] == wholes
    assert [count for count, whole in detector.shown if not whole] == [1, 2, 3, 4]


def test_a_detector_without_squares_is_shown_none():
    detector = Remembers(0)
    warm_up(detector, 2)
    assert detector.shown == [(1, True), (2, True)]
