import cv2
import numpy as np
import pytest

from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import Detection
from frigate_ext.track.choice import new_tracker

pytestmark = pytest.mark.slow

SCENE = cv2.resize(np.random.default_rng(1).integers(0, 256, (45, 100), np.uint8), (800, 360))
THING = Box(400, 100, 430, 180)


@pytest.fixture
def tracker():
    return new_tracker("botsort_gmc", fps=5, min_initialized=2, max_disappeared=25)


def shifted(x, *labels):
    """What is found, and shown, where the camera has turned by `x` pixels."""
    box = Box(THING.x1 - x, THING.y1, THING.x2 - x, THING.y2)
    return [Detection(label, 0.9, box) for label in labels], SCENE[:, x : x + 640]


def test_one_estimate_serves_all_labels(tracker):
    for number, x in enumerate((0, 0, 40, 80, 120)):
        found, luma = shifted(x, "person", "dog")
        live = tracker.step(found, [], 1000.0 + number / 5, (), luma).live
    assert [(track.label, track.hits) for track in sorted(live, key=lambda track: track.label)] == [
        ("dog", 5),
        ("person", 5),
    ]


def test_frames_of_another_size_begin_anew(tracker):
    found, luma = shifted(0, "person")
    tracker.step(found, [], 1000.0, (), luma[:180])
    tracker.clear()
    tracker.step(found, [], 1000.2, (), luma)
    found, luma = shifted(40, "person")
    (track,) = tracker.step(found, [], 1000.4, (), luma).live
    assert track.hits == 2


def test_in_a_picture_without_anything_to_go_by_the_camera_is_taken_to_stand_still(tracker, capfd):
    found, luma = shifted(0, "person")
    for number in range(5):
        (track,) = tracker.step(found, [], 1000.0 + number / 5, (), np.full_like(luma, number)).live
    assert track.hits == 5
    assert capfd.readouterr() == ("", "")
