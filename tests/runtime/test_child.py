"""The supervisor over real processes."""

import errno
import multiprocessing
import os
import shutil
import signal
import time
from dataclasses import replace
from multiprocessing.context import SpawnProcess

import psutil
import pytest

from frigate_ext.runtime.backoff import Backoff
from frigate_ext.runtime.child import ChildPolicy, ChildSupervisor, ExitKind
from frigate_ext.runtime.health import PartState
from tests.runtime import child_targets

pytestmark = pytest.mark.slow

LARGE = "x" * 1_000_000
"""More than a pipe holds."""

FAST = ChildPolicy(ready_within=20.0, beat_within=1.5, stop_within=1.5)


def wait_until(condition, seconds=15.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def supervise():
    """Start supervisors that are stopped at the end."""
    started = []

    def start(target, *arguments, **options):
        options.setdefault("policy", FAST)
        supervisor = ChildSupervisor("child", target, lambda: arguments, **options)
        started.append(supervisor)
        supervisor.start()
        return supervisor

    yield start
    for supervisor in started:
        supervisor.stop()
    assert all(supervisor.join(5.0) for supervisor in started)


def is_ok(supervisor):
    return lambda: supervisor.health.state is PartState.OK


def test_a_child_is_starting_until_its_first_heartbeat_and_then_ok(supervise):
    supervisor = supervise(child_targets.well)

    assert supervisor.health.state is PartState.STARTING
    assert not supervisor.beats
    wait_until(is_ok(supervisor))
    assert supervisor.beats
    assert supervisor.report == {"turns": 1.0}


def test_a_child_that_crashes_in_native_code_is_back_within_5_s_and_the_cause_is_told(
    supervise, tmp_path, caplog
):
    ends = []
    supervisor = supervise(child_targets.segfault_once, tmp_path / "crashed", on_exit=ends.append)
    wait_until(lambda: ends)
    crashed_at = time.monotonic()
    wait_until(is_ok(supervisor))

    assert time.monotonic() - crashed_at <= 5.0
    assert [(end.kind, end.cause) for end in ends] == [(ExitKind.CRASHED, "was killed by SIGSEGV")]
    assert supervisor.restarts == 1
    (line,) = (record for record in caplog.records if record.getMessage() == "about to crash")
    assert line.processName == "child"


def test_a_child_killed_from_outside_is_restarted_and_not_called_a_crash(supervise):
    ends = []
    supervisor = supervise(child_targets.well, on_exit=ends.append)
    wait_until(is_ok(supervisor))
    first = supervisor.pid

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: supervisor.pid not in {first, None})
    wait_until(is_ok(supervisor))
    assert [(end.kind, end.cause) for end in ends] == [(ExitKind.KILLED, "was killed by SIGKILL")]


def test_a_child_whose_main_loop_hangs_is_killed_and_restarted(supervise, tmp_path):
    ends = []
    supervisor = supervise(child_targets.hang_once, tmp_path / "hung", on_exit=ends.append)
    wait_until(lambda: ends)
    wait_until(is_ok(supervisor))

    assert ends[0].kind is ExitKind.HUNG
    assert supervisor.restarts == 1


def test_a_child_that_asked_for_time_is_not_taken_for_hung(supervise):
    supervisor = supervise(child_targets.do_long_things, 30.0, 2.0)
    wait_until(lambda: is_ok(supervisor)() and not supervisor.beats)
    wait_until(lambda: supervisor.report == {"turns": 1.0})
    assert supervisor.beats
    assert supervisor.restarts == 0


def test_a_child_that_takes_longer_than_it_asked_for_is(supervise):
    ends = []
    supervise(child_targets.do_long_things, 0.3, 60.0, on_exit=ends.append)
    wait_until(lambda: ends)
    assert ends[0].kind is ExitKind.HUNG


def test_a_stopped_child_process_counts_as_hung(supervise):
    supervisor = supervise(child_targets.well)
    wait_until(is_ok(supervisor))
    first = supervisor.pid

    os.kill(first, signal.SIGSTOP)

    wait_until(lambda: supervisor.pid not in {first, None})
    assert not psutil.pid_exists(first)


def test_a_child_that_ends_at_once_each_time_is_retried_ever_more_slowly_and_reported(supervise):
    ends = []
    supervisor = supervise(child_targets.fail, on_exit=ends.append)

    wait_until(lambda: len(ends) >= 3)

    assert ends[0].cause == "ended by itself with exit code 3"
    assert supervisor.health.state is PartState.FAILED


def test_a_child_that_could_not_be_started_is_tried_again(supervise, monkeypatch, caplog):
    real, answers = SpawnProcess.start, [OSError(errno.ENOMEM, "Cannot allocate memory")]

    def start(process):
        if answers:
            raise answers.pop()
        real(process)

    monkeypatch.setattr(SpawnProcess, "start", start)
    wait_until(is_ok(supervise(child_targets.well)))
    assert "could not be started: [Errno 12] Cannot allocate memory; restarting in 0 s" in caplog.text


def test_a_child_that_dies_before_it_has_read_large_arguments_is_tried_again(
    supervise, tmp_path, monkeypatch
):
    monkeypatch.setattr("multiprocessing.spawn._python_exe", os.fsencode(shutil.which("false")))
    supervisor = supervise(child_targets.measure, tmp_path / "size", LARGE)
    wait_until(lambda: supervisor.restarts == 1)
    assert supervisor.health.detail == "ended by itself with exit code 1; restarting"
    monkeypatch.undo()
    wait_until(is_ok(supervisor))
    assert (tmp_path / "size").read_text() == str(len(LARGE))


def test_a_child_that_raises_says_why(supervise):
    supervisor = supervise(child_targets.fail_with_a_reason)
    wait_until(lambda: supervisor.health.state is not PartState.STARTING)
    assert supervisor.health.detail == "failed: weights can't be fetched; restarting"


def test_a_child_that_ignores_every_request_is_gone_by_the_deadline(supervise):
    supervisor = supervise(child_targets.ignore_everything)
    wait_until(is_ok(supervisor))
    pid = supervisor.pid

    supervisor.stop()

    assert supervisor.join(FAST.stop_within + 1.0)
    assert not psutil.pid_exists(pid)


def test_a_child_survives_ctrl_c_because_the_parent_decides(supervise):
    supervisor = supervise(child_targets.well, policy=replace(FAST, beat_within=5.0))
    wait_until(is_ok(supervisor))

    os.kill(supervisor.pid, signal.SIGINT)

    supervisor.stop()
    assert supervisor.join(5.0)
    assert supervisor.restarts == 0


def test_the_child_hears_what_the_parent_sends(supervise, tmp_path):
    heard = tmp_path / "heard"
    supervisor = supervise(child_targets.echo, heard)
    wait_until(is_ok(supervisor))

    supervisor.send("hello")

    wait_until(lambda: heard.exists() and heard.read_text() == "hello")


def test_a_child_dies_with_its_parent_even_when_that_is_killed(tmp_path):
    told = tmp_path / "pid"
    parent = multiprocessing.get_context("spawn").Process(target=child_targets.be_a_parent, args=(told,))
    parent.start()
    wait_until(told.exists)
    grandchild = psutil.Process(int(told.read_text()))

    parent.kill()
    parent.join()

    wait_until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE, 3.0)
    parent.close()


def test_a_supervisor_stopped_before_its_start_starts_nothing():
    supervisor = ChildSupervisor("child", child_targets.well, tuple)
    supervisor.stop()
    supervisor.start()
    assert supervisor.join(1.0)
    assert supervisor.pid is None


def test_a_child_that_is_renewed_ends_in_order_and_begins_with_other_arguments(supervise):
    ends = []
    first = supervise(child_targets.well, on_exit=ends.append)
    wait_until(is_ok(first))
    before = first.pid
    first.renew()
    wait_until(lambda: first.pid not in {None, before} and first.report)
    assert ends == []
    assert first.health.state is PartState.OK


def test_a_child_that_is_renewed_after_failures_is_not_waited_for(supervise, tmp_path, monkeypatch):
    monkeypatch.setattr("frigate_ext.runtime.child.Backoff", lambda: Backoff(first=600.0, cap=600.0))
    supervisor = supervise(child_targets.fail_without, tmp_path / "model")
    wait_until(lambda: supervisor.restarts == 1 and supervisor.pid is None)
    (tmp_path / "model").touch()
    supervisor.renew()
    wait_until(is_ok(supervisor))
