"""What the children under test run: importable by name, because a spawned process starts from nothing."""

import ctypes
import logging
import signal
import threading
import time

from frigate_ext.errors import ModelError
from frigate_ext.runtime.child import ChildSupervisor


def turn(link, each=lambda: None):
    """A main loop that is well."""
    while not link.stopping:
        link.messages()
        link.beat(turns=1.0)
        each()
        time.sleep(0.01)


def well(link):
    turn(link)


def echo(path, link):
    """Write what the parent sends to a file."""
    while not link.stopping:
        link.beat()
        for message in link.messages():
            path.write_text(message)
        time.sleep(0.01)


def measure(path, text, link):
    """Write to a file how long a text is, then be well."""
    path.write_text(str(len(text)))
    turn(link)


def hang_once(marker, link):
    """Stop answering in the first run, be well in the second."""
    link.beat()
    if not marker.exists():
        marker.touch()
        threading.Event().wait()
    turn(link)


def do_long_things(asked, takes, link):
    """One before it is ready and one later, and ask for time first; then be well."""
    link.busy(asked)
    time.sleep(takes)
    link.beat()
    link.busy(asked)
    time.sleep(takes)
    turn(link)


def segfault_once(marker, link):
    link.beat()
    if not marker.exists():
        marker.touch()
        logging.getLogger().addHandler(link.log)
        logging.getLogger("frigate_ext.child").warning("about to crash")
        ctypes.string_at(0)
    turn(link)


def fail(link):
    raise SystemExit(3)


def fail_with_a_reason(link):
    raise ModelError("weights can't be fetched")


def ignore_everything(link):
    """Answer heartbeats, but neither the wish to stop nor SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        link.beat()
        time.sleep(0.01)


def be_a_parent(path):
    """Supervise a child, tell its pid, and wait to be killed."""
    supervisor = ChildSupervisor("grandchild", well, tuple)
    supervisor.start()
    while supervisor.report.get("turns") is None:
        time.sleep(0.01)
    path.with_suffix(".part").write_text(str(supervisor.pid))
    path.with_suffix(".part").rename(path)
    threading.Event().wait()


def fail_without(file, link):
    if not file.exists():
        raise ModelError(f"there is no {file.name}")
    turn(link)
