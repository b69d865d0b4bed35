"""How long a job waits between its looks."""

import pytest

from frigate_ext.domain.verdict import Answer
from frigate_ext.domain.watch import Limits
from jobs.pace import Pace


@pytest.mark.parametrize("advice, early, waits", [(None, 0.0, 60.0), (None, 0.1, 54.0), (2.0, 0.1, 2.0)])
def test_a_look_may_come_early_by_a_share_but_never_sooner_than_allowed(verdict, advice, early, waits):
    pace = Pace(Limits(min_interval=2.0, max_interval=60.0), early)
    assert pace.after(verdict(Answer.NOT_MET, next_run_in=advice)) == waits
