"""What the detector is shown before there are frames."""

import pytest

from frigate_ext.detect.regions import Views
from frigate_ext.detection_process.warm_up import warm_up
from frigate_ext.domain.geometry import Size
from frigate_ext.runtime.child import ChildPolicy, ChildSupervisor
from tests.detect.tiny import openvino_folder
from tests.detection_process.child_targets import compile_slowly


class Remembers:
    def __init__(self, part):
        self.part = part
        self.shown = []

    def views(self, frame):
        return Views(frame, Size(320, 192), self.part)

    def infer_all(self, shots):
        self.shown.append((len(shots), shots[0].area is None))
        return [[] for _ in shots]


@pytest.mark.parametrize("cameras, wholes", [(1, [1]), (3, [1, 2, 3]), (40, [1, 2, 3, 4])])
def test_whole_pictures_of_as_many_cameras_as_there_are_and_every_number_of_areas(cameras, wholes):
    detector = Remembers(Size(256, 160))
    warm_up(detector, cameras)
    assert [count for count, whole in detector.shown if whole] == wholes
    assert [count for count, whole in detector.shown if not whole] == [1, 2, 3, 4]


def test_pictures_and_areas_of_one_shape_are_prepared_for_once():
    detector = Remembers(Size(320, 192))
    warm_up(detector, 1)
    assert detector.shown == [(1, True), (2, True), (3, True), (4, True)]


def test_a_detector_for_whole_pictures_is_shown_no_areas():
    detector = Remembers(None)
    warm_up(detector, 2)
    assert detector.shown == [(1, True), (2, True)]


@pytest.mark.slow
def test_a_process_that_compiles_for_longer_than_it_may_be_silent_is_not_taken_for_hung(
    tmp_path, running, wait_until
):
    folder = openvino_folder(tmp_path / "tiny", [[0, 0, 9, 9, 0.9, 0]])
    policy = ChildPolicy(ready_within=60.0, beat_within=1.5)
    ends = []
    supervisor = running(
        ChildSupervisor("slow", compile_slowly, lambda: (folder,), on_exit=ends.append, policy=policy)
    )
    wait_until(lambda: supervisor.report == {"turns": 2} or ends)
    assert ends == []
