import os

import pytest

from frigate_ext.runtime.processes import Processes, Usage, altogether


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


def test_what_several_take_is_the_sum():
    one, other = Usage(50.0, 40.0, 9.0, 1 << 20, 1.5, 8), Usage(25.0, 5.0, 1.0, 2 << 20, 3.0, 2)
    assert altogether([one, other]) == Usage(75.0, 45.0, 10.0, 3 << 20, 4.5, 10)
