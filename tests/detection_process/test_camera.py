"""One camera's loop over a scripted stream and pipeline, on a clock that stands still."""

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest

from frigate_ext.bus.ring import FrameRing
from frigate_ext.capture.settings import CaptureStatus
from frigate_ext.capture.thrift import Attention
from frigate_ext.detect.shot import Shot
from frigate_ext.detection_process.camera import CameraLoop
from frigate_ext.detection_process.ration import Standing
from frigate_ext.domain.camera import CameraState, SkipReason
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.pipeline import Draft, Step
from frigate_ext.runtime.clock import ManualClock

ONLINE = CaptureStatus(
    state=CameraState.ONLINE, detail="", fps=5.0, frames=1, skipped=0, reconnects=0, size=None
)
PIXEL = np.zeros((2, 2), np.uint8)


def seen(label, **fields):
    fields = {"start_time": 1.0, "frame_time": 1.0, "box": Box(0, 0, 2, 2), **fields}
    scores = {"score": 0.9, "computed_score": 0.9, "top_score": 0.9}
    life = {"false_positive": False, "stationary": False, "motionless_count": 0}
    fields = {"active": True, **fields}
    return TrackedObject(
        id=label, camera="porch", label=label, position_changes=0, **scores, **life, **fields
    )


class Script:
    """A stream and a pipeline in one: hands out frames, and what is to be found in them."""

    def __init__(self):
        self.frames = []
        self.objects = ()
        self.status_now = ONLINE
        self.error = None
        self.areas = 1
        self.motion = ()
        self.settled = False
        self.attended = {}
        self.seen = []

    def take(self):
        return self.frames.pop(0) if self.frames else None

    def status(self):
        return self.status_now

    def attend(self, until, attention=Attention.WANTED):
        self.attended = {**self.attended, attention: until}

    def begin(self, frame):
        if self.error:
            raise self.error
        shots = (Shot(frame),) * self.areas or None
        return Draft(
            frame=frame,
            shots=shots,
            motion=self.motion,
            spared={},
            ended=(),
            passed=1.0,
            is_calm=self.settled,
        )

    def conclude(self, draft, seen, seconds):
        self.seen.append(seen)
        return Step(
            objects=self.objects,
            motion=self.motion,
            detected=draft.shots is not None,
            inference_seconds=seconds,
            settled=self.settled,
        )

    def finish(self, time):
        ended = tuple(replace(each, end_time=time) for each in self.objects)
        self.objects = ()
        return ended


class Setup:
    def __init__(self):
        self.script, self.clock, self.said = Script(), ManualClock(), []
        self.ring = FrameRing(10.0, 1 << 20)
        self.loop = CameraLoop(
            "porch",
            7,
            self.script,
            self.script,
            ring=self.ring,
            publish=self.publish,
            guard=nullcontext(),
            clock=self.clock,
        )

    def publish(self, update):
        if update.frame_time is not None:
            assert self.ring.get(update.key), "the frame must be there before anybody hears of it"
        self.said.append(update)

    def show(self, *objects):
        self.script.objects = objects
        self.script.frames.append(Frame("porch", self.clock.wall, PIXEL, PIXEL, PIXEL))
        self.turn()

    def turn(self):
        if draft := self.loop.begin():
            self.loop.conclude(draft, [[]], 0.02)

    def wait(self, seconds):
        for _ in range(round(seconds * 10)):
            self.clock.advance(0.1)
            self.turn()


@pytest.fixture
def porch():
    return Setup()


def test_every_processed_frame_becomes_one_update_whose_key_finds_the_frame(porch):
    for _ in range(3):
        porch.show(seen("person"))
    assert [(update.seq, update.epoch, update.state) for update in porch.said] == [
        (0, 7, CameraState.ONLINE),
        (1, 7, CameraState.ONLINE),
        (2, 7, CameraState.ONLINE),
    ]
    assert porch.ring.get(porch.said[1].key).frame.time == porch.said[1].frame_time


def test_without_frames_the_camera_speaks_once_a_second_with_its_state(porch):
    porch.script.status_now = replace(ONLINE, state=CameraState.OFFLINE, detail="no route to host")
    porch.wait(3.0)
    assert len(porch.said) == 3
    assert {(update.state, update.detail, update.frame_time) for update in porch.said} == {
        (CameraState.OFFLINE, "no route to host", None)
    }


def test_a_message_without_a_frame_repeats_the_objects_but_not_those_that_ended(porch):
    porch.show(seen("person"), seen("dog", end_time=1.0))
    porch.wait(1.1)
    assert [[each.label for each in update.objects] for update in porch.said] == [
        ["person", "dog"],
        ["person"],
    ]


def test_objects_end_once_when_the_camera_has_been_away_for_10_s(porch):
    porch.show(seen("person"))
    porch.script.status_now = replace(ONLINE, state=CameraState.OFFLINE)
    porch.wait(14.0)
    ended = [update for update in porch.said if any(each.end_time for each in update.objects)]
    assert len(ended) == 1
    assert ended[0].objects[0].end_time == porch.said[0].frame_time
    assert porch.said[-1].objects == ()


def test_a_failing_pipeline_makes_its_camera_blind_is_logged_once_and_recovers(porch, caplog):
    porch.script.error = ZeroDivisionError("bug")
    for _ in range(20):
        porch.clock.advance(0.1)
        porch.show()
    assert {update.state for update in porch.said} == {CameraState.OFFLINE}
    assert sum(record.levelname == "ERROR" for record in caplog.records) == 1

    porch.script.error = None
    porch.show()
    assert porch.said[-1].state is CameraState.ONLINE


def test_rates_are_those_of_the_last_seconds(porch):
    for number in range(50):
        porch.script.status_now = replace(ONLINE, skipped=number)
        porch.clock.advance(0.25)
        porch.show()
    stats = porch.said[-1].stats
    assert (stats.process_fps, stats.detection_fps, stats.skipped_fps) == (4.0, 4.0, 4.0)
    assert stats.inference_ms == pytest.approx(20.0)


def test_an_inference_is_one_look_at_one_area_as_frigate_counts_them(porch):
    porch.wait(5.0)
    for areas in (0, 1, 0, 4, 0):
        porch.script.areas = areas
        porch.clock.advance(1.0)
        porch.show()
    stats = porch.said[-1].stats
    assert (stats.process_fps, stats.detection_fps) == (1.0, 1.0)
    assert stats.inference_ms == pytest.approx(1000 * (0.02 + 0.02) / 5)


def test_a_camera_where_nothing_moves_is_left_to_its_key_frames_after_3_s(porch):
    porch.script.areas = 0
    porch.show()
    assert porch.script.attended == {Attention.WANTED: 1003.0}


def test_a_search_that_finds_all_as_it_was_does_not_wake_a_camera(porch):
    porch.clock.advance(5.0)
    porch.script.settled = True
    porch.show(seen("car", active=False))
    assert porch.script.seen == [[[]]]
    assert porch.script.attended == {Attention.WANTED: 1003.0}
    assert porch.loop.standing is Standing.QUIET


def test_motion_keeps_it_at_full_rate_for_another_3_s(porch):
    porch.clock.advance(5.0)
    porch.script.motion = (Box(0, 0, 1, 1),)
    porch.show()
    assert porch.script.attended[Attention.MOTION] == 1008.0
    assert porch.loop.standing is Standing.BUSY
    porch.clock.advance(3.0)
    assert porch.loop.standing is Standing.QUIET


def test_one_that_a_job_looks_at_is_active_though_nothing_moves(porch):
    porch.loop.look_closely(60.0)
    assert porch.loop.standing is Standing.ACTIVE
    assert porch.script.attended[Attention.WANTED] == 1060.0


def test_turns_left_to_others_are_counted_as_such(porch):
    porch.loop.share = 0.25
    for _ in range(8):
        porch.clock.advance(0.2)
        porch.show()
    processed = [update for update in porch.said if update.frame_time is not None]
    assert len(processed) == 2
    assert processed[-1].stats.skips[SkipReason.QUIET] == 6
    assert processed[-1].stats.skipped == 6


def test_one_frame_of_eight_is_left_out_at_the_first_step(porch):
    porch.loop.share = 7 / 8
    for _ in range(80):
        porch.clock.advance(0.2)
        porch.show()
    assert len([update for update in porch.said if update.frame_time is not None]) == 70


def test_a_quiet_camera_keeps_its_key_frames_of_which_few_come_by_themselves(porch):
    """One in ten: the nine before it were left out already."""
    porch.loop.share = 1 / 8
    for number in range(1, 9):
        porch.clock.advance(2.0)
        porch.script.status_now = replace(ONLINE, frames=10 * number, idle=9 * number)
        porch.show()
    assert len([update for update in porch.said if update.frame_time is not None]) == 8
    porch.script.status_now = replace(ONLINE, frames=400, idle=300)
    for _ in range(20):
        porch.show()
    processed = [update for update in porch.said[8:] if update.frame_time is not None]
    assert len(processed) <= 4, "an idle hour is no reason to have all of the next frames"


def test_an_object_that_appears_stirs_it_once(porch):
    stirred = []
    for objects in ([], [seen("person")], [seen("person")], [seen("car", active=False)]):
        porch.show(*objects)
        stirred.append(porch.loop.stirred)
    assert stirred == [False, True, False, False]


def test_an_update_says_how_long_its_frame_took_since_it_was_decoded(porch):
    frame = Frame("porch", porch.clock.wall, PIXEL, PIXEL, PIXEL, decoded_at=porch.clock.now().monotonic)
    porch.script.frames.append(frame)
    porch.clock.advance(0.5)
    porch.turn()
    assert porch.said[-1].delay == pytest.approx(0.5)
