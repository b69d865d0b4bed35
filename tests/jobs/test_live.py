"""When people are told about the watch itself."""

from itertools import pairwise

import pytest

from frigate_ext.domain.look import AlertKind
from frigate_ext.domain.watch import Job, JobState, Origin, Phase
from frigate_ext.runtime.clock import Moment
from jobs.live import LiveJob
from jobs.policy import Policy


@pytest.fixture
def told(watch):
    """`told(phases)`: the seconds at which people are told, with one phase a second."""

    def run(phases):
        entry = watch(cooldown=600.0)
        job = Job(id="j", watch=entry, origin=Origin.API, state=JobState.RUNNING, phase=None, created_at=0.0)
        live, seconds = LiveJob(job, Policy(entry)), []
        for second, phase in enumerate(phases):
            live.change(phase=phase)
            now = Moment(float(second), float(second))
            if (kind := live.trouble(now)) is not None:
                assert kind in AlertKind
                live.announced(kind, now)
                seconds.append(second)
        return seconds

    return run


def test_half_a_minute_of_blindness_is_told_once(told):
    assert told([Phase.BLIND] * 3600) == [30]


def test_a_short_loss_is_not_worth_telling(told):
    assert told(([Phase.BLIND] * 29 + [Phase.WATCHING]) * 10) == []


def test_looks_that_hang_do_not_hide_that_the_model_is_down(told):
    assert told(([Phase.LOOKING] * 20 + [Phase.MODEL_DOWN] * 20) * 3) == [60]


def test_a_camera_that_comes_and_goes_is_told_once_in_a_cooldown(told):
    seconds = told(([Phase.BLIND] * 39 + [Phase.WATCHING]) * 90)
    assert len(seconds) <= 6
    assert all(later - earlier >= 600 for earlier, later in pairwise(seconds))
