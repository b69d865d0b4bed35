import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import Detection
from frigate_ext.track.association import assign
from frigate_ext.track.tracker import Tracker

FPS = 5


def person(x, y=100, *, score=0.9, label="person", width=40, height=100):
    """By its centre at the feet."""
    box = Box(round(x - width / 2), round(y - height), round(x + width / 2), round(y))
    return Detection(label, score, box)


class Scene:
    """Steps a tracker at 5 frames a second."""

    def __init__(self, *, min_initialized=2, max_disappeared=25):
        self.tracker = Tracker(fps=FPS, min_initialized=min_initialized, max_disappeared=max_disappeared)
        self.time = 1000.0

    def step(self, *strong, faint=(), spared=()):
        """Confirmed tracks by serial, and those gone."""
        self.time += 1 / FPS
        live, gone = self.tracker.step(strong, faint, self.time, spared)
        return {track.serial: track for track in live if track.confirmed}, gone


def test_a_track_is_confirmed_by_more_sightings_than_min_initialized():
    scene = Scene(min_initialized=2)
    assert [len(scene.step(person(100))[0]) for _ in range(4)] == [0, 0, 1, 1]


def test_a_flicker_never_becomes_a_track():
    scene = Scene()
    for x in (100, 400, 700, 1000):
        confirmed, _ = scene.step(person(x))
        assert not confirmed
        scene.step()
        scene.step()
    assert scene.tracker.live == []


def test_a_track_ends_once_after_max_disappeared_missed_frames():
    scene = Scene(max_disappeared=4)
    for _ in range(3):
        scene.step(person(100))
    ends = [len(scene.step()[1]) for _ in range(8)]
    assert ends == [0, 0, 0, 0, 1, 0, 0, 0]


def test_fast_walkers_keep_their_track_though_their_boxes_do_not_overlap():
    scene = Scene()
    serials = {serial for step in range(15) for serial in scene.step(person(100 + 60 * step))[0]}
    assert len(serials) == 1


def test_a_walker_who_is_missed_does_not_take_over_a_newcomer_nearby():
    scene = Scene()
    for step in range(6):
        scene.step(person(100 + 15 * step))
    scene.step(person(150, y=140))
    scene.step(person(205), person(165, y=140))
    confirmed, _ = scene.step(person(220), person(180, y=140))
    assert {serial: track.box for serial, track in confirmed.items()} == {
        1: person(220).box,
        2: person(180, y=140).box,
    }


def test_a_good_pair_is_not_broken_to_make_two_bad_ones():
    distance = np.array([[0.0, 1.2], [1.2, 0.0]])
    only_one_good = np.array([[True, True], [True, False]])
    assert assign(distance, only_one_good) == [(0, 0)]
    assert assign(distance, ~only_one_good) == [(1, 1)]
    assert assign(distance, np.zeros((2, 2), bool)) == []


def test_someone_who_starts_to_run_keeps_the_track():
    scene = Scene()
    for _ in range(20):
        scene.step(person(100))
    for step in range(1, 10):
        confirmed, _ = scene.step(person(100 + 35 * step))
        assert set(confirmed) == {1}
    assert len(scene.tracker.live) == 1


def test_two_walkers_who_cross_keep_their_tracks():
    scene = Scene()
    for step in range(20):
        confirmed, _ = scene.step(person(100 + 25 * step), person(575 - 25 * step, y=130))
    right, left = sorted(confirmed.values(), key=lambda track: -track.box.x1)
    assert (right.serial, left.serial) == (1, 2)
    assert right.box.y2 == 100


def test_an_occlusion_of_two_seconds_is_bridged_along_the_way():
    scene = Scene()
    positions = [100 + 20 * step for step in range(30)]
    for step, x in enumerate(positions):
        hidden = 10 <= step < 20
        confirmed, _ = scene.step(*([] if hidden else [person(x)]), person(600, y=400))
        if hidden:
            assert confirmed[1].missed == step - 9
    assert set(confirmed) == {1, 2}
    assert confirmed[1].missed == 0


def test_a_faint_detection_continues_a_track_but_starts_none():
    scene = Scene()
    for _ in range(3):
        scene.step(person(100))
    for _ in range(10):
        confirmed, _ = scene.step(faint=[person(100, score=0.2), person(500, score=0.3)])
    assert set(confirmed) == {1}
    assert confirmed[1].missed == 0
    assert confirmed[1].scores[-1] == 0.2
    assert len(scene.tracker.live) == 1


def test_labels_never_mix():
    scene = Scene(max_disappeared=2)
    for _ in range(3):
        scene.step(person(100))
    confirmed, _ = scene.step(person(100, label="dog"))
    assert confirmed[1].missed == 1
    assert len(scene.tracker.live) == 2


def test_a_spared_track_is_held_where_it_was():
    scene = Scene(max_disappeared=2)
    for _ in range(3):
        scene.step(person(100))
    for _ in range(20):
        confirmed, _ = scene.step(spared={1})
    assert confirmed[1].missed == 0
    assert confirmed[1].seen_time == scene.time
    assert list(confirmed[1].scores) == [0.9] * 3
    confirmed, _ = scene.step(person(101))
    assert set(confirmed) == {1}


def test_frames_nobody_looked_at_are_not_missed():
    scene = Scene(max_disappeared=2)
    for _ in range(3):
        scene.step(person(100))
    for _ in range(100):
        scene.time += 1 / FPS
        scene.tracker.skip(scene.time)
    confirmed, gone = scene.step(person(100))
    assert set(confirmed) == {1}
    assert not gone


def test_everything_ends_when_the_stream_was_away_for_longer_than_a_track_may_be():
    scene = Scene(max_disappeared=25)
    for _ in range(3):
        scene.step(person(100))
    scene.time += 60
    confirmed, gone = scene.step(person(100))
    assert [track.serial for track in gone] == [1]
    assert not confirmed


@pytest.mark.parametrize("gap", [0.8, 1.6, 4.0])
def test_frames_that_come_rarely_are_no_stream_that_was_away(gap):
    """Under overload, say: what counts is how often it was looked for and missed."""
    scene = Scene(max_disappeared=3)
    for _ in range(4):
        confirmed, gone = scene.step(person(100))
        scene.time += gap - 1 / FPS
        assert not gone
    assert set(confirmed) == {1}


@pytest.mark.parametrize("jump", [0.0, -0.2, -3600.0])
def test_time_that_stands_or_jumps_back_does_no_harm(jump):
    scene = Scene()
    for _ in range(3):
        scene.step(person(100))
    scene.time += jump - 1 / FPS
    confirmed, _ = scene.step(person(101))
    assert set(confirmed) == {1}


boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(1, 80),
    st.integers(1, 80),
)
detections = st.lists(
    st.builds(Detection, st.sampled_from(["person", "car"]), st.just(0.9), boxes), max_size=6
)


@settings(max_examples=60)
@given(st.lists(st.tuples(detections, detections, st.sampled_from([0.2, 0.4, 8.0])), max_size=12))
def test_laws_of_tracking(frames):
    tracker = Tracker(fps=FPS, min_initialized=1, max_disappeared=3)
    time, seen, ended = 1000.0, set(), set()
    for strong, faint, gap in frames:
        time += gap
        live, gone = tracker.step(strong, faint, time)
        serials = [track.serial for track in live]
        assert len(serials) == len(set(serials))
        fresh = [track for track in live if track.detected]
        assert len(fresh) <= len(strong) + len(faint), "no detection has two tracks"
        assert sum(track.seen_time == time for track in live) >= len(strong), "no strong detection is lost"
        assert not ended & set(serials), "what has ended stays so"
        assert all(track.serial in seen for track in gone)
        assert np.isfinite(tracker._filters.boxes).all()
        ended |= seen - set(serials)
        seen |= set(serials)
