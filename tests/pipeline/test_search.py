from dataclasses import replace

import pytest

from frigate_ext.detect.motion import Motion, MotionSettings
from frigate_ext.domain.camera import phase
from frigate_ext.domain.geometry import Box
from frigate_ext.pipeline import PipelineSettings, StationarySettings
from frigate_ext.pipeline.search import Search

FPS = 5
INTERVAL = 50
SETTINGS = PipelineSettings(camera="yard", fps=FPS, stationary=StationarySettings(interval=INTERVAL))
NOTHING = Motion((), calibrating=False)
SOMETHING = Motion((Box(10, 10, 50, 50),), calibrating=False)


def flags(wanted):
    """What is looked at, and whether what rests is looked for, too."""
    return {name for name in ("at_all", "whole", "closely", "is_due") if getattr(wanted, name)}


def due_after(search, gap):
    """Frames, `gap` s apart, until a search is due."""
    for count in range(1, 1000):
        search.pass_to(1000.0 + count * gap)
        if search.wanted(NOTHING, all_rest=True).is_due:
            return count
    return None


def test_nothing_is_looked_at_where_nothing_moves_and_all_rests():
    wanted = Search(SETTINGS).wanted(NOTHING, all_rest=True)
    assert wanted.is_calm
    assert flags(wanted) == set()


def test_what_moves_or_does_not_rest_is_looked_at_and_no_more():
    search = Search(SETTINGS)
    assert flags(search.wanted(SOMETHING, all_rest=True)) == {"at_all"}
    assert flags(search.wanted(NOTHING, all_rest=False)) == {"at_all"}


def test_the_whole_frame_is_looked_at_where_motion_is_not_known_or_not_asked():
    blind = Search(replace(SETTINGS, motion=MotionSettings(enabled=False)))
    assert flags(blind.wanted(NOTHING, all_rest=True)) == {"at_all", "whole"}
    calibrating = Motion((), calibrating=True)
    assert flags(Search(SETTINGS).wanted(calibrating, all_rest=True)) == {"at_all", "whole"}


@pytest.mark.parametrize("frames, looks", [(3, 10), (12, 12)])
def test_a_scan_takes_two_seconds_of_looks_or_as_many_as_it_needs(frames, looks):
    search = Search(SETTINGS)
    search.scan(frames)
    for _ in range(looks):
        assert flags(search.wanted(NOTHING, all_rest=True)) == {"at_all", "whole", "closely"}
        search.looked()
    assert flags(search.wanted(NOTHING, all_rest=True)) == set()


def test_a_scan_goes_by_looks_rather_than_time():
    search = Search(SETTINGS)
    search.scan(3)
    search.pass_to(1000.0)
    search.pass_to(1005.0)
    assert search.wanted(NOTHING, all_rest=True).closely


@pytest.mark.parametrize("gap, frames", [(1 / FPS, 50), (2.0, 5), (3.0, 4), (0.0, 50)])
def test_what_rests_is_searched_for_after_an_interval_of_time_or_of_frames_where_that_stands_still(
    gap, frames
):
    search = Search(SETTINGS)
    search.pass_to(1000.0)
    assert due_after(search, gap) == frames - (gap <= 1 / FPS)  # the first frame counts for one
    assert flags(search.wanted(NOTHING, all_rest=True)) == set()


def test_the_first_search_after_a_scan_comes_at_a_moment_of_the_cameras_own():
    for camera in ("yard", "porch"):
        search = Search(replace(SETTINGS, camera=camera))
        search.scan(1)
        search.pass_to(1000.0)
        search.wanted(NOTHING, all_rest=True)
        for _ in range(10):
            search.looked()
        assert due_after(search, 1 / FPS) == pytest.approx(INTERVAL * (1 - phase(camera)), abs=1)


def test_another_interval_holds_at_once():
    search = Search(SETTINGS)
    for count in range(11):
        search.pass_to(1000.0 + count)
    search.change(replace(SETTINGS, stationary=StationarySettings(interval=500)))
    assert not search.wanted(NOTHING, all_rest=True).is_due
    search.change(SETTINGS)
    assert search.wanted(NOTHING, all_rest=True).is_due
