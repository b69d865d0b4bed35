"""A quiet stream, of which key frames alone are decoded: one every 2 to 4 s instead of five a second."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.geometry import Size
from frigate_ext.pipeline import StationarySettings
from frigate_ext.zones import ZoneRule
from tests.pipeline.test_pipeline import FPS, LEFT, Stage, thing

FULL, RARE, RAREST = 1 / FPS, 2.0, 4.0
TEN_SECONDS = StationarySettings(threshold=50, interval=50)


def quiet_since(*things, **settings):
    """Everything at rest, and the search of the start over."""
    stage = Stage(**{"stationary": TEN_SECONDS, **settings})
    assert stage.step(*things, times=60).settled
    return stage


def looks(stage, *things, gap, seconds):
    """Times, in s from now, of the frames that the detector looked at."""
    start = stage.time
    steps = [(stage.step(*things, gap=gap), stage.time - start) for _ in range(round(seconds / gap))]
    return [time for step, time in steps if step.detected]


@pytest.mark.parametrize("gap, every", [(FULL, 10.0), (RARE, 10.0), (RAREST, 12.0)])
def test_what_stands_still_is_looked_for_every_ten_seconds_however_few_frames_come(gap, every):
    stage = quiet_since(thing(100))
    first, *others = looks(stage, thing(100), gap=gap, seconds=60)
    assert 0 < first <= every + 0.1
    assert [late - early for early, late in zip([first, *others], others, strict=False)] == pytest.approx(
        [every] * len(others)
    )
    assert len(others) >= 3


def test_cameras_that_started_together_search_at_moments_of_their_own():
    names = "porch", "garage", "garden", "gate"
    firsts = [looks(quiet_since(camera=name), gap=FULL, seconds=11)[0] for name in names]
    assert len(set(firsts)) == len(names)


def test_a_search_that_finds_all_as_it_was_asks_for_no_more_frames():
    stage = quiet_since(thing(100))
    (step,) = [step for _ in range(5) if (step := stage.step(thing(100), gap=RARE)).detected]
    assert step.settled


def test_a_search_that_finds_somebody_new_or_misses_somebody_asks_for_more_frames():
    stage = quiet_since(thing(100))
    stage.overlooked = True
    (missed,) = [step for _ in range(5) if (step := stage.step(thing(100), gap=RARE)).detected]
    assert not missed.settled
    stage = quiet_since()
    stage.step(gap=10 - RARE)
    met = stage.step(thing(100), gap=RARE)
    assert met.detected
    assert not met.settled
    assert stage.step(thing(100)).detected


@pytest.mark.parametrize("tracker, max_disappeared", [("own", 1), ("own", 25), ("bytetrack", 5)])
def test_what_rests_stays_who_it_is_over_searches_and_motion_elsewhere(tracker, max_disappeared):
    stage = quiet_since(thing(20), max_disappeared=max_disappeared, tracker=tracker)
    (before,) = stage.step(thing(20)).objects
    for _ in range(6):
        (searched,) = stage.step(thing(20), gap=RAREST).objects
    assert searched.id == before.id
    moved = stage.step(thing(20), thing(200, label="cat"), gap=RAREST)
    assert moved.motion
    assert [each.id for each in moved.objects] == [before.id]


def test_rest_is_counted_in_frames_at_full_rate():
    stage = quiet_since(thing(100))
    (before,) = stage.step(thing(100)).objects
    (after,) = stage.step(thing(100), times=5, gap=RARE).objects
    assert after.motionless_count == before.motionless_count + 5 * 2.0 * FPS


def test_a_label_is_given_up_after_the_same_time_however_few_frames_come():
    minute = StationarySettings(threshold=50, interval=50, max_frames={"person": 50 + 60 * FPS})
    ended_at = []
    for gap in (FULL, RARE):
        stage = quiet_since(thing(100), stationary=minute)
        start = stage.time
        while not any(each.end_time for each in stage.step(thing(100), gap=gap).objects):
            assert stage.time < start + 100.0
        ended_at.append(stage.time - start)
    assert ended_at[0] == pytest.approx(ended_at[1], abs=RARE)


def test_small_things_that_came_unseen_are_found_within_the_same_time():
    stage = quiet_since(part=Size(160, 160))
    stage.areas.clear()
    looks(stage, gap=RARE, seconds=60)
    rare = len(stage.areas)
    looks(stage, gap=FULL, seconds=60)
    assert rare == len(stage.areas) - rare


def test_light_that_fades_slowly_wakes_nobody():
    stage = quiet_since()
    assert all(stage.step(gap=RARE, light=60 + second).settled for second in range(0, 100, 2))


def test_a_clock_that_is_set_forward_ages_nobody_and_has_everything_searched():
    zone = ZoneRule(name="left", polygon=LEFT, inertia=1, loitering_time=600.0)
    rules = replace(TEN_SECONDS, max_frames={"person": 50 + 600 * FPS})
    stage = quiet_since(thing(20), stationary=rules, zones=(zone,))
    (before,) = stage.step(thing(20)).objects
    step = stage.step(thing(20), gap=3600.0)
    (after,) = step.objects
    assert step.detected
    assert (after.id, after.motionless_count) == (before.id, before.motionless_count + 1)
    assert (after.end_time, after.current_zones) == (None, ())


def test_frames_that_all_say_the_same_time_count_as_they_come():
    stage = quiet_since(thing(100))
    assert sum(stage.step(thing(100), gap=0.0).detected for _ in range(100)) == 2


@given(gaps=st.lists(st.floats(FULL, RAREST), min_size=1, max_size=20))
def test_searches_come_neither_early_nor_later_than_the_first_frame_that_is_due(gaps):
    stage, since = quiet_since(thing(100)), None
    for gap in gaps:
        step = stage.step(thing(100), gap=gap)
        since = None if since is None else since + gap
        if step.detected:
            assert since is None or 9.9 <= since <= 10.0 + gap
            since = 0.0
        assert since is None or since < 10.0
        assert step.settled
