"""What a restart finds changed."""

from dataclasses import replace

import pytest

from frigate_ext.domain.watch import JobState, Mode, Origin, Phase
from frigate_ext.runtime.clock import Moment
from jobs.plan import Scene
from jobs.restore import never_matches, restored_policy
from tests.jobs.house import CAMERAS


@pytest.mark.parametrize(
    "fields,why",
    [
        ({}, None),
        ({"labels": ("person", "dog"), "zones": ("porch", "lawn")}, None),
        ({"camera": "yard"}, "yard is not configured any more"),
        ({"labels": ("dog", "cat")}, "door does not track dog, cat any more"),
        ({"zones": ("lawn",)}, "door has no zone lawn any more"),
    ],
)
def test_a_watch_that_nothing_can_wake_any_more_is_told_from_one_that_something_can(watch, fields, why):
    assert never_matches(watch(**fields), CAMERAS) == why


def test_a_job_whose_camera_has_lost_its_zone_fails_and_says_so(house, watch):
    h = house()
    job = h.jobs.start_job(watch(zones=("porch",)), Origin.API)
    h.close()
    h.cameras["door"] = replace(h.cameras["door"], zones=())
    h.open()
    ended = h.jobs.get(job.id)
    assert (ended.state, ended.error) == (JobState.FAILED, "door has no zone porch any more")


def test_the_cooldown_lasts_though_the_alert_that_began_it_was_deleted(house, watch):
    h = house()
    job = h.jobs.start_job(watch(mode=Mode.STANDING, cooldown=600.0), Origin.API)
    alerted, now = replace(job, last_alert_at=1000.0), Moment(wall=1100.0, monotonic=5.0)
    policy = restored_policy(alerted, h.store, now, None, metered=True, stands_in=lambda _: False)
    plan = policy.plan(now, Scene(online=True))
    assert (plan.phase, plan.due) == (Phase.COOLDOWN, 505.0)
