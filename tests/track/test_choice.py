"""One contract for every tracker."""

import pytest

from frigate_ext.domain.geometry import Box, iou
from frigate_ext.domain.objects import Detection
from frigate_ext.track.choice import new_tracker

FPS = 5


def thing(x, *, label="person", score=0.9):
    return Detection(label, score, Box(x, 100, x + 40, 200))


class Scene:
    def __init__(self, kind, *, max_disappeared=3):
        self.tracker = new_tracker(kind, fps=FPS, min_initialized=2, max_disappeared=max_disappeared)
        self.time = 1000.0

    def step(self, *strong, faint=(), spared=()):
        self.time += 1 / FPS
        return self.tracker.step(strong, faint, self.time, spared)

    def walk(self, start=100, frames=6, pace=8):
        for step in range(frames):
            tracks = self.step(thing(start + pace * step))
        return tracks


@pytest.fixture(
    params=[
        "own",
        pytest.param("bytetrack", marks=pytest.mark.slow),
        pytest.param("botsort", marks=pytest.mark.slow),
        pytest.param("botsort_gmc", marks=pytest.mark.slow),
    ]
)
def scene(request):
    return Scene(request.param)


def test_a_walker_is_one_confirmed_track_where_it_was_last_seen(scene):
    (track,) = scene.walk().live
    assert track.confirmed
    assert track.detected
    assert track.box == thing(140).box
    assert (track.label, track.score) == ("person", 0.9)
    assert track.seen_time == scene.time


def test_where_it_goes_is_expected(scene):
    (track,) = scene.walk(frames=12).live
    expected = scene.tracker.expected(scene.time + 1 / FPS)
    assert list(expected) == [track.serial]
    assert iou(expected[track.serial], thing(196).box) > 0.7


def test_a_track_ends_once_when_it_was_missed_for_too_long(scene):
    scene.walk()
    gone = [len(scene.step().gone) for _ in range(8)]
    assert gone == [0, 0, 0, 1, 0, 0, 0, 0]
    assert scene.tracker.live == []


def test_whoever_comes_back_in_time_is_the_same(scene):
    (before,) = scene.walk(pace=0).live
    scene.step()
    scene.step()
    (after,) = scene.step(thing(100)).live
    assert after.serial == before.serial
    assert after.missed == 0


def test_faint_detections_continue_a_track_but_start_none(scene):
    assert all(not scene.step(faint=[thing(100, score=0.2)]).live for _ in range(4))
    (before,) = scene.walk(pace=0).live
    (after,) = scene.step(faint=[thing(100, score=0.2)]).live
    assert (after.serial, after.score) == (before.serial, 0.2)


def test_labels_never_mix(scene):
    for _ in range(5):
        live = scene.step(thing(100), thing(102, label="dog", score=0.8)).live
    assert sorted(track.label for track in live) == ["dog", "person"]
    live = scene.step(thing(100, label="dog")).live
    assert {track.label: track.missed for track in live} == {"dog": 0, "person": 1}


def test_what_is_spared_stays_where_it_was_unless_it_is_seen(scene):
    (track,) = scene.walk(pace=0).live
    for _ in range(10):
        (held,) = scene.step(spared={track.serial}).live
    assert (held.serial, held.box, held.missed, held.detected) == (track.serial, track.box, 0, False)
    assert held.seen_time == scene.time
    (seen,) = scene.step(thing(104), spared={track.serial}).live
    assert (seen.serial, seen.box, seen.detected) == (track.serial, thing(104).box, True)


def test_frames_nobody_looked_at_are_not_missed(scene):
    (track,) = scene.walk(pace=0).live
    for _ in range(20):
        scene.time += 1 / FPS
        scene.tracker.skip(scene.time)
    (same,) = scene.tracker.live
    assert (same.serial, same.missed, same.seen_time) == (track.serial, 0, scene.time)


def test_what_is_dropped_is_forgotten_and_a_new_track_gets_a_new_serial(scene):
    (track,) = scene.walk(pace=0).live
    scene.tracker.drop({track.serial})
    assert scene.tracker.live == []
    (again,) = scene.walk(pace=0).live
    assert again.serial != track.serial


def test_clearing_ends_what_was_confirmed(scene):
    (track,) = scene.walk().live
    assert scene.tracker.clear() == [track]
    assert scene.tracker.clear() == scene.tracker.live == []
