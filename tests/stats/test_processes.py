import os

import pytest

from frigate_ext.stats import Processes


def burn(seconds):
    began = os.times().user
    while os.times().user < began + seconds:
        pass


def test_a_process_that_computes_shows_what_it_takes():
    now = 1e6
    processes = Processes(clock=lambda: now)
    before = processes.usage([os.getpid()])[os.getpid()]
    burn(0.1)
    now += 2.0
    used = processes.usage([os.getpid()])[os.getpid()]
    assert used.cpu == pytest.approx(100 * (used.cpu_seconds - before.cpu_seconds) / 2.0)
    assert used.cpu_seconds > 0.1
    assert used.memory > 10 << 20
    assert used.threads >= 1


def test_one_that_is_gone_is_left_out():
    assert Processes().usage([2**22 + 1]) == {}
