"""Kill -9 at any instant: no job is lost, nothing decided twice, every alert told."""

import random

import pytest

from tests.jobs.killing import kill

KILLS = 10


@pytest.mark.slow
def test_ten_kills_at_random_instants_lose_nothing_and_decide_nothing_twice(tmp_path):
    seed = random.randrange(10**6)
    toll = kill(tmp_path, KILLS, seed)
    assert (toll.lost, toll.twice) == ([], []), f"seed {seed}"
    assert toll.alerts
    assert toll.asked_again
    assert toll.doubted
