from dataclasses import replace

import numpy as np
import pytest

from frigate_ext.detect.motion import MotionSettings
from frigate_ext.detect.regions import Views
from frigate_ext.domain.filters import LabelFilter
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, Point, Size, covered
from frigate_ext.domain.objects import Detection
from frigate_ext.pipeline import Pipeline, PipelineSettings, StationarySettings
from frigate_ext.zones import ZoneRule

FPS = 5
LEFT = (Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1))
START = 1_700_000_000.0


class Stage:
    """A 320x200 picture with bright things in it, and a detector that sees what it is told to."""

    def __init__(self, part=None, **settings):
        defaults = {
            "camera": "yard",
            "stationary": StationarySettings(threshold=5, interval=20),
            "motion": MotionSettings(improve_contrast=False),
        }
        self.part = part
        self.settings = PipelineSettings(**{**defaults, **settings})
        self.pipeline = Pipeline(self.settings, self)
        self.labels = ("person", "car")
        self.time = START
        self.looks = 0
        self.areas = []
        self.things = []
        self.overlooked = False

    def infer(self, frame):
        self.looks += 1
        return [] if self.overlooked else list(self.things)

    def infer_all(self, shots):
        self.areas += [shot.area for shot in shots if shot.area]
        return [
            [seen for seen in self.infer(shot.frame) if covered(seen.box, shot.shown) == 1] for shot in shots
        ]

    def views(self, frame):
        return Views(frame, Size(640, 416), self.part)

    def close(self):
        pass

    def step(self, *things, times=1, size=(200, 320), gap=1 / FPS, light=60):
        """The last of `times` frames, `gap` s apart, that show these detections."""
        for _ in range(times):
            self.time += gap
            self.things = list(things)
            luma = np.full(size, light, np.uint8)
            for thing in things:
                luma[thing.box.y1 : thing.box.y2, thing.box.x1 : thing.box.x2] = 220
            half = np.full((size[0] // 2, size[1] // 2), 128, np.uint8)
            step = self.pipeline.step(Frame("yard", self.time, luma, half, half))
        return step

    def settle(self, *things):
        """Until everything is stationary and the scan of the start is over."""
        step = self.step(*things, times=30)
        assert all(tracked.stationary for tracked in step.objects)
        return step


def thing(x, *, label="person", score=0.9, y=60, width=40, height=80):
    return Detection(label, score, Box(x, y, x + width, y + height))


def test_someone_who_walks_in_becomes_a_real_active_object_with_one_id():
    stage = Stage()
    stage.step(times=15)
    ids = set()
    for x in range(20, 220, 20):
        step = stage.step(thing(x))
        assert step.detected
        assert step.motion
        ids |= {tracked.id for tracked in step.objects}
    (walker,) = step.objects
    assert len(ids) == 1
    assert walker.is_real
    assert walker.active
    assert walker.label == "person"
    assert walker.camera == "yard"
    assert walker.frame_time == stage.time
    assert walker.box == Box(200, 60, 240, 140)


def test_the_detector_rests_when_nothing_moves_but_for_a_search_now_and_then():
    stage = Stage()
    stage.step(times=15)
    before = stage.looks
    step = stage.step(times=50)
    assert stage.looks - before == 2, "once every 20 frames"
    assert not step.detected
    assert step.inference_seconds == 0.0


def test_the_detector_looks_at_what_moves_and_nowhere_else():
    stage = Stage(part=Size(160, 160))
    stage.step(times=15)
    stage.areas.clear()
    for x in range(20, 220, 20):
        step = stage.step(thing(x))
    (walker,) = step.objects
    assert walker.is_real
    assert {(area.width, area.height) for area in stage.areas} <= {(size, size) for size in range(80, 202)}
    assert len(stage.areas) == 10


def test_whoever_stands_still_is_not_looked_at_while_something_moves_elsewhere():
    stage = Stage(part=Size(160, 160), stationary=StationarySettings(threshold=5, interval=1000))
    standing = stage.settle(thing(10, width=20, height=40)).objects[0]
    stage.areas.clear()
    for x in range(200, 280, 10):
        step = stage.step(thing(10, width=20, height=40), thing(x, label="cat", width=20, height=40))
    assert stage.areas
    assert not any(covered(standing.box, area) for area in stage.areas)
    (same,) = step.objects
    assert same.id == standing.id
    assert same.frame_time == stage.time
    assert same.is_seen


def test_a_piece_of_something_at_rest_does_not_move_it():
    stage = Stage(part=Size(160, 160), stationary=StationarySettings(threshold=5, interval=1000))
    parked = stage.settle(thing(10, width=100)).objects[0]
    piece = Detection("person", 0.9, Box(60, 60, 110, 140))
    stage.infer_all = lambda shots: [[piece] for _ in shots]
    for x in range(240, 280, 5):
        step = stage.step(thing(10, width=100), thing(x, label="cat", width=20, height=40))
    assert [tracked.box for tracked in step.objects] == [parked.box]
    assert step.objects[0].stationary


def test_someone_standing_still_does_not_vanish_when_the_detector_rests():
    stage = Stage()
    step = stage.settle(thing(100))
    before = stage.looks
    (standing,) = step.objects
    step = stage.step(thing(100), times=200)
    assert stage.looks - before == 10, "once every 20 frames"
    (same,) = step.objects
    assert same.id == standing.id
    assert same.frame_time == stage.time
    assert same.stationary
    assert same.is_real
    assert same.score == 0.9


def test_a_check_that_finds_a_stationary_object_gone_ends_it():
    stage = Stage(max_disappeared=3)
    stage.settle(thing(100))
    stage.overlooked = True
    ends = [tracked for _ in range(60) for tracked in stage.step(thing(100)).objects if tracked.end_time]
    assert len(ends) == 1


def test_a_stationary_object_overlooked_while_something_else_moves_is_still_there():
    stage = Stage(max_disappeared=2, stationary=StationarySettings(threshold=5, interval=1000))
    stage.settle(thing(10))
    for x in range(120, 280, 10):
        luma_only = thing(x, label="cat")
        stage.overlooked = True
        step = stage.step(thing(10), luma_only)
        assert step.motion
        assert step.detected
    (parked,) = step.objects
    assert parked.end_time is None
    assert parked.score == 0.9


def test_an_object_that_left_ends_once():
    stage = Stage(max_disappeared=3)
    stage.step(times=12)
    for x in (20, 40, 60, 80, 100):
        stage.step(thing(x))
    steps = [stage.step() for _ in range(10)]
    ends = [
        (index, tracked) for index, step in enumerate(steps) for tracked in step.objects if tracked.end_time
    ]
    ((index, ended),) = ends
    assert index == 3
    assert ended.end_time == pytest.approx(ended.frame_time + 4 / FPS)
    assert not steps[-1].objects


def test_what_stands_still_at_the_start_is_found():
    stage = Stage()
    assert [bool(stage.step(thing(100)).objects) for _ in range(3)] == [False, False, True]


def test_filters_decide_what_is_tracked():
    rules = {"person": LabelFilter(min_area=2000, min_score=0.6, mask=(LEFT,))}
    stage = Stage(filters=rules)
    wanted = thing(200)
    others = [thing(20), thing(250, width=10), thing(200, y=110, score=0.55), thing(260, label="car")]
    step = stage.step(wanted, *others, times=5)
    assert [tracked.box for tracked in step.objects] == [wanted.box]


def test_an_object_below_its_threshold_is_a_false_positive():
    stage = Stage(filters={"person": LabelFilter(threshold=0.95)})
    (tracked,) = stage.step(thing(100), times=5).objects
    assert tracked.false_positive
    assert not tracked.active


def test_zones_are_entered_and_left_by_the_feet():
    stage = Stage(zones=(ZoneRule(name="left", polygon=LEFT, inertia=2),))
    stage.step(thing(60), times=4)
    assert stage.step(thing(60)).objects[0].current_zones == ("left",)
    (away,) = [stage.step(thing(x)) for x in (90, 120, 150)][-1].objects
    assert away.current_zones == ()
    assert away.entered_zones == ("left",)


def test_a_label_may_be_given_up_after_resting_for_long():
    stationary = StationarySettings(threshold=5, interval=20, max_frames={"car": 10})
    stage = Stage(labels=("car",), stationary=stationary)
    ends = [t for _ in range(18) for t in stage.step(thing(100, label="car")).objects if t.end_time]
    assert [tracked.motionless_count for tracked in ends] == [15]


def test_what_is_lost_in_the_frame_in_which_it_would_be_given_up_ends_once():
    stage = Stage(labels=("car",), max_disappeared=3)
    stage.settle(thing(100, label="car"))
    stage.step(times=3)
    stationary = replace(stage.settings.stationary, max_frames={"car": 0})
    stage.pipeline.change(replace(stage.settings, stationary=stationary))
    (ended,) = stage.step().objects
    assert ended.end_time == stage.time


def test_finishing_ends_everything_once():
    stage = Stage()
    stage.step(thing(100), times=5)
    (ended,) = stage.pipeline.finish(stage.time)
    assert ended.end_time == stage.time
    assert stage.pipeline.finish(stage.time) == ()


def test_a_stream_that_changes_its_size_ends_what_was_tracked():
    stage = Stage()
    stage.step(thing(100), times=5)
    step = stage.step(size=(400, 640))
    assert [tracked.end_time for tracked in step.objects] == [stage.time]


def test_without_motion_detection_the_detector_looks_at_every_frame():
    stage = Stage(motion=MotionSettings(enabled=False))
    stage.step(times=40)
    assert stage.looks == 40


def test_objects_stay_who_they_are_under_other_zones_and_masks():
    stage = Stage()
    walker = Detection("person", 0.9, Box(40, 40, 80, 120))
    (before,) = stage.step(walker, times=10).objects
    zone = ZoneRule(name="left", polygon=LEFT, inertia=1)
    changed = replace(stage.settings, zones=(zone,), motion=MotionSettings(threshold=50))
    assert stage.settings.keeps_tracks(changed)
    stage.pipeline.change(changed)
    (after,) = stage.step(walker).objects
    assert (before.id, before.current_zones) == (after.id, ())
    assert after.current_zones == ("left",)


@pytest.mark.parametrize("field", ["fps", "min_initialized", "max_disappeared"])
def test_objects_begin_anew_where_their_tracker_is_another_one(field):
    settings = PipelineSettings(camera="yard")
    assert not settings.keeps_tracks(replace(settings, **{field: 11}))
