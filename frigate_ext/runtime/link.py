"""The child's side of supervision: it beats, listens, and never outlives its parent."""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from frigate_ext.runtime.log_relay import LogRelay

logger = logging.getLogger(__name__)

STOP = "stop"
_BEAT_EVERY = 0.5
_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


@dataclass(frozen=True, slots=True)
class LastWords:
    """Why the child ends, sent when its target raised."""

    text: str


@dataclass(frozen=True, slots=True)
class Busy:
    """The child will not beat for so many seconds, since it does one long thing."""

    seconds: float


class ChildLink:
    """Heartbeats and numbers up, messages down. For the thread of the child's main loop; never blocks."""

    def __init__(self, connection: Connection, outlet: socket.socket) -> None:
        self.log = LogRelay(outlet)
        """For the child's root logger: the parent has those lines, too."""
        self._connection = connection
        self._next_beat = 0.0
        self._stopping = False

    @property
    def stopping(self) -> bool:
        """Whether the parent wants an end, or has ended itself; brought up to date by `messages`."""
        return self._stopping

    def beat(self, **report: float) -> None:
        """Prove that the main loop turns; call it on every turn. The first call means *ready*."""
        now = time.monotonic()
        if now < self._next_beat:
            return
        self._next_beat = now + _BEAT_EVERY
        try:
            self._connection.send(report)
        except OSError:
            self._stopping = True

    def busy(self, seconds: float) -> None:
        """Say, before one long thing, how long it may take at most; the next beat ends that."""
        self._next_beat = 0.0
        try:
            self._connection.send(Busy(seconds))
        except OSError:
            self._stopping = True

    def messages(self) -> list[Any]:
        """What the parent has sent since the last call."""
        received: list[Any] = []
        try:
            while self._connection.poll():
                received.append(self._connection.recv())
        except (EOFError, OSError):
            self._stopping = True
        self._stopping |= STOP in received
        return [message for message in received if message != STOP]


def child_main(
    target: Callable[..., None],
    arguments: tuple[Any, ...],
    connection: Connection,
    outlet: socket.socket,
    parent: int,
) -> None:
    """Entry of a spawned child: runs `target(*arguments, link)`."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    faulthandler.enable()
    try:
        target(*arguments, ChildLink(connection, outlet))
    except Exception as error:
        logger.exception("%s failed", multiprocessing.current_process().name)
        connection.send(LastWords(f"failed: {error}"[:500]))
        sys.exit(1)


def _die_with(parent: int) -> None:
    """Let the kernel kill this process when its parent (the thread that spawned it) ends; see prctl(2)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent process has ended")
