import re

from frigate_ext.domain.geometry import Box
from frigate_ext.track.life import ObjectLife, new_id
from frigate_ext.track.tracker import Track

HOME = Box(100, 100, 140, 200)
JITTER = Box(101, 100, 141, 201)
AWAY = Box(300, 100, 340, 200)


class Actor:
    """A track driven by hand."""

    def __init__(self, *, threshold=0.7, stationary_after=3):
        self.track = Track(1, "person", HOME, 0.8, 1000.25, 1000.25)
        self.life = ObjectLife(self.track, threshold=threshold, stationary_after=stationary_after)

    def seen(self, *boxes, score=0.8):
        for box in boxes:
            self.track.box, self.track.score, self.track.missed, self.track.detected = box, score, 0, True
            self.track.scores.append(score)
            self.life.update()

    def missed(self, frames):
        for _ in range(frames):
            self.track.missed += 1
            self.track.detected = False
            self.track.scores.append(0.0)
            self.life.update()

    def held(self, frames):
        for _ in range(frames):
            self.track.detected = False
            self.life.update()

    def object(self, *, ended=False):
        zones = {"current_zones": (), "entered_zones": (), "pending_loitering": False}
        return self.life.tracked_object("yard", 1010.0, ended=ended, **zones)


def test_ids_have_frigates_form_and_differ_at_the_same_time():
    ids = {new_id(1700000000.123456) for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"1700000000\.123456-[a-z0-9]{6}", name) for name in ids)


def test_the_score_that_counts_is_the_median_of_the_last_ten_with_zero_for_missed_frames():
    actor = Actor()
    actor.seen(HOME, HOME, HOME, HOME, HOME, score=0.8)
    actor.missed(3)
    assert actor.life.computed_score == 0.8
    actor.missed(3)
    assert actor.life.computed_score == 0.0
    assert actor.life.top_score == 0.8


def test_an_object_is_believed_once_its_median_reaches_the_threshold_and_for_ever():
    actor = Actor(threshold=0.7)
    actor.seen(HOME, score=0.6)
    assert actor.object().false_positive
    assert not actor.object().active
    actor.seen(HOME, HOME, score=0.9)
    assert not actor.object().false_positive
    actor.missed(10)
    assert not actor.object().false_positive


def test_an_object_that_stays_becomes_stationary_though_its_box_jitters():
    actor = Actor(stationary_after=3)
    actor.seen(JITTER, HOME, JITTER)
    assert actor.object().active
    actor.seen(HOME)
    assert actor.object().stationary
    assert not actor.object().active
    assert actor.object().motionless_count == 4
    assert actor.object().position_changes == 0


def test_one_bad_box_does_not_wake_a_stationary_object():
    actor = Actor()
    actor.seen(*[HOME] * 10, Box(100, 100, 140, 140), HOME)
    assert actor.object().stationary


def test_the_first_move_counts_and_later_ones_only_after_a_rest():
    actor = Actor(stationary_after=3)
    actor.seen(AWAY, HOME, AWAY)
    assert actor.object().position_changes == 1
    actor.seen(*[AWAY] * 5)
    assert actor.object().stationary
    actor.seen(HOME)
    assert actor.object().position_changes == 2
    assert actor.object().motionless_count == 0


def test_a_slow_walker_is_noticed_in_the_end():
    actor = Actor(stationary_after=50)
    actor.seen(*[Box(100 + step, 100, 140 + step, 200) for step in range(40)])
    assert actor.object().position_changes == 1
    assert actor.object().motionless_count < 30


def test_frames_held_count_as_motionless_and_frames_missed_do_not_count():
    actor = Actor()
    actor.seen(HOME)
    actor.held(4)
    assert actor.object().motionless_count == 5
    assert actor.object().score == 0.8
    actor.missed(5)
    assert actor.object().motionless_count == 5
    assert actor.object().score == 0.0


def test_the_end_is_told_with_its_time_and_the_last_sight():
    ended = Actor().object(ended=True)
    assert ended.end_time == 1010.0
    assert ended.frame_time == 1000.25


def test_no_object_ends_before_it_began_though_the_clock_was_set_back():
    actor = Actor()
    actor.track.start_time = actor.track.seen_time = 4610.0
    actor.track.seen_time = 1009.8
    ended = actor.object(ended=True)
    assert (ended.start_time, ended.end_time) == (4610.0, 4610.0)
