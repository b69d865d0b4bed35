import os
import signal
import subprocess
import sys

import pytest

from frigate_ext.errors import AlreadyRunningError, StoreError
from frigate_ext.runtime.instance_lock import InstanceLock

HOLD = """
import sys, threading
from pathlib import Path
from frigate_ext.runtime.instance_lock import InstanceLock
with InstanceLock(Path(sys.argv[1])):
    print("held", flush=True)
    threading.Event().wait(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline().strip() == "held"
        yield process
        process.kill()


@pytest.mark.slow
def test_a_second_process_is_told_who_is_running(tmp_path, holder):
    with pytest.raises(AlreadyRunningError, match=str(holder.pid)):
        InstanceLock(tmp_path).acquire()


@pytest.mark.slow
def test_the_lock_of_a_killed_process_is_free(tmp_path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(5.0)

    with InstanceLock(tmp_path):
        assert (tmp_path / "frigate_ext.lock").read_text() == f"{os.getpid()}\n"


def test_a_released_folder_can_be_taken_again(tmp_path):
    lock = InstanceLock(tmp_path / "new" / "folder")
    lock.acquire()
    lock.release()
    lock.release()

    with InstanceLock(tmp_path / "new" / "folder"):
        pass


def test_a_child_process_does_not_hold_on_to_the_folder(tmp_path):
    with InstanceLock(tmp_path):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with InstanceLock(tmp_path):
            pass
    finally:
        child.communicate(b"\n", timeout=5.0)


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(StoreError):
        InstanceLock(tmp_path / "file").acquire()
