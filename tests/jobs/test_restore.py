"""What a restart finds changed."""

from dataclasses import replace

import pytest

from frigate_ext.domain.watch import JobState, Origin
from jobs.restore import never_matches
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
