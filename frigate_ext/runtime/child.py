"""A supervised child process: spawned, watched by its heartbeat, restarted, stopped in order."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from typing import Any

from frigate_ext.runtime.backoff import Backoff
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.link import STOP, Busy, LastWords, child_main
from frigate_ext.runtime.log_relay import LogPipe
from frigate_ext.runtime.parcel import Parcel
from frigate_ext.runtime.wakeup import Wakeup
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

_NATIVE = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE}
_SEND_SECONDS = 3
_FAILED_AFTER = 3
"""Ends in a row after which trying again is no longer called degraded."""


class ExitKind(StrEnum):
    CRASHED = "crashed"
    """Native code went wrong."""
    HUNG = "hung"
    """It stopped answering, so it was killed."""
    KILLED = "killed"
    """By a signal from outside."""
    FAILED = "failed"
    """It ended by itself: an exception, or an exit that nobody asked for."""


@dataclass(frozen=True, slots=True)
class ChildExit:
    """An end that was not asked for."""

    kind: ExitKind
    cause: str
    """In words: `killed by SIGSEGV`."""


@dataclass(frozen=True, slots=True)
class ChildPolicy:
    """Seconds."""

    ready_within: float = 180.0
    """From the spawn to the first heartbeat: a detector may have to be compiled first."""
    beat_within: float = 4.0
    """Between heartbeats of a main loop that is well."""
    stop_within: float = 3.0
    """From the request to stop to SIGKILL; SIGTERM comes at two thirds."""
    stable_after: float = 10.0
    """Having run this long, a child's next failure counts as its first."""


class ChildSupervisor(Worker):
    """Keeps one child running `target(*arguments(), link)`, with a `ChildLink`, until stopped.

    `target` is importable by name; `arguments` is called for every start and `on_exit` after every end that
    was not asked for, both in the supervisor's thread. The child ignores SIGINT and dies with this process.
    What its `link.log` is told goes to the handlers of this process.
    """

    def __init__(
        self,
        name: str,
        target: Callable[..., None],
        arguments: Callable[[], tuple[Any, ...]],
        *,
        on_exit: Callable[[ChildExit], None] = lambda _: None,
        policy: ChildPolicy | None = None,
    ) -> None:
        super().__init__(f"fx-supervise-{name}")
        self._child_name = name
        self._target = target
        self._arguments = arguments
        self._on_exit = on_exit
        self._policy = policy or ChildPolicy()
        self._backoff = Backoff()
        self._outbox: deque[Any] = deque(maxlen=1000)
        self._wakeup = Wakeup()
        self._renewing = threading.Event()
        """Set by a stop, too: whatever is waited for, that is over."""
        self._health = PartHealth(PartState.STARTING)
        self._child: _Child | None = None
        self._starts = 0

    @property
    def health(self) -> PartHealth:
        return self._health

    @property
    def restarts(self) -> int:
        return max(0, self._starts - 1)

    @property
    def pid(self) -> int | None:
        """Of the child that runs now."""
        return child.pid if (child := self._child) else None

    @property
    def beats(self) -> bool:
        """Whether a child runs that has come through its start, and is not busy with one long thing."""
        return child.beats if (child := self._child) else False

    @property
    def report(self) -> dict[str, float]:
        """The numbers of the last heartbeat of the child that runs now."""
        return dict(child.report) if (child := self._child) else {}

    def renew(self) -> None:
        """End the child in order and start another, with arguments as they are then; never blocks.

        Where the last one has failed the next comes at once: with other arguments it may not.
        """
        self._backoff.reset()
        self.wake()

    def send(self, message: Any) -> None:
        """Hand `message` (picklable) to the child's `link.messages`, once it is ready.

        Lost when the child ends before that.
        """
        self._outbox.append(message)
        self._wakeup.set()

    def wake(self) -> None:
        self._renewing.set()
        self._wakeup.set()

    def died(self, error: Exception) -> None:
        self._health = PartHealth(PartState.FAILED, f"its supervisor failed: {error}")

    def run(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited, until the child ignores it
        with self._wakeup as wakeup:
            while not self.stopping.is_set():
                self._outbox.clear()
                self._renewing.clear()
                child = self._spawned()
                if isinstance(child, ChildExit):
                    self._recover(child, uptime=0.0)
                    continue
                self._child = child
                self._starts += 1
                logger.info("%s started, pid %s", self._child_name, child.pid)
                ended = self._watch(child, wakeup)
                self._child = None
                if ended:
                    self._recover(ended, child.uptime)
        self._health = PartHealth(PartState.DEGRADED, "stopped")

    def _spawned(self) -> _Child | ChildExit:
        """Where no memory, process or file is left for one, there may be later."""
        try:
            return _Child(self._child_name, self._target, self._arguments())
        except OSError as error:
            return ChildExit(ExitKind.FAILED, f"could not be started: {error}")

    def _watch(self, child: _Child, wakeup: int) -> ChildExit | None:
        """Until it ends: why, or None when it was asked to."""
        try:
            while not (self.stopping.is_set() or self._renewing.is_set()):
                if child.is_ready:
                    child.send_all(self._outbox)
                wait([*child.sources, wakeup], child.patience(self._policy))
                self._wakeup.clear()
                child.listen()
                if child.is_ready and self._health.state is not PartState.OK:
                    self._health = PartHealth(PartState.OK)
                if ended := child.ended(self._policy):
                    return ended
            child.stop(self._policy.stop_within)
            logger.info("%s stopped", self._child_name)
            return None
        finally:
            child.close()

    def _recover(self, ended: ChildExit, uptime: float) -> None:
        if uptime >= self._policy.stable_after:
            self._backoff.reset()
        delay = self._backoff.next_delay()
        logger.warning("%s %s; restarting in %.0f s", self._child_name, ended.cause, delay)
        state = PartState.FAILED if self._backoff.failures >= _FAILED_AFTER else PartState.DEGRADED
        self._health = PartHealth(state, f"{ended.cause}; restarting")
        self._on_exit(ended)
        self._renewing.wait(delay)


class _Child:
    """One run of the child; used by the supervisor's thread."""

    def __init__(self, name: str, target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._log = LogPipe.open()
        parcel = Parcel(arguments)
        self._process = context.Process(
            target=child_main,
            args=(target, parcel, theirs, self._log.outlet, os.getpid()),
            name=name,
            daemon=True,
        )
        try:
            self._process.start()
        except OSError:
            self.connection.close()
            self._log.inlet.close()
            raise
        finally:
            parcel.close()
            theirs.close()
            self._log.outlet.close()
        _limit_sends(self.connection)
        self._started_at = self._heard_at = time.monotonic()
        self._closed = False
        self._last_words = ""
        self._busy = 0.0
        """Seconds that it has asked for."""
        self.pid = self._process.pid
        self.is_ready = False
        self.report: dict[str, float] = {}

    @property
    def sources(self) -> list[Any]:
        """What becomes readable when it says something, or ends."""
        return [self.connection, self._log.inlet, self._process.sentinel]

    @property
    def beats(self) -> bool:
        return self.is_ready and not self._busy

    @property
    def uptime(self) -> float:
        return time.monotonic() - self._started_at

    def patience(self, policy: ChildPolicy) -> float:
        """Seconds until the next heartbeat is overdue."""
        allowed = self._busy or (policy.beat_within if self.is_ready else policy.ready_within)
        return max(0.0, self._heard_at + allowed - time.monotonic())

    def listen(self) -> None:
        self._log.pass_on()
        try:
            while self.connection.poll():
                self._take_in(self.connection.recv())
        except (EOFError, OSError):
            self._closed = True

    def _take_in(self, message: Any) -> None:
        if isinstance(message, LastWords):
            self._last_words = message.text
            return
        self._heard_at = time.monotonic()
        if isinstance(message, Busy):
            self._busy = message.seconds
        else:
            self.report, self.is_ready, self._busy = message, True, 0.0

    def send_all(self, outbox: deque[Any]) -> None:
        try:
            while outbox:
                self.connection.send(outbox.popleft())
        except OSError:
            self._closed = True

    def ended(self, policy: ChildPolicy) -> ChildExit | None:
        """Why it has ended; kills one that hangs. None while it is well."""
        if self._closed:
            self._process.join(1.0)
        if self._process.exitcode is not None:
            self.listen()
            return _explain(self._process.exitcode, self._last_words)
        if self._closed or self.patience(policy) == 0.0:
            silence = time.monotonic() - self._heard_at
            self._process.kill()
            self._process.join()
            return ChildExit(ExitKind.HUNG, f"has not answered for {silence:.1f} s and was killed")
        return None

    def stop(self, seconds: float) -> None:
        """Ask; after two thirds of `seconds` insist; at the end kill."""
        deadline = Deadline(seconds)
        self.send_all(deque([STOP]))
        self._process.join(deadline.remaining() * 2 / 3)
        if self._process.exitcode is None:
            self._process.terminate()
            self._process.join(deadline.remaining())
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()

    def close(self) -> None:
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self._process.close()
        self._log.pass_on()
        self._log.inlet.close()
        self.connection.close()


def _limit_sends(connection: Connection) -> None:
    """Let nothing be sent for longer than a few seconds to a child that does not read; see socket(7)."""
    with socket.socket(fileno=os.dup(connection.fileno())) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))


def _explain(code: int, last_words: str) -> ChildExit:
    if code >= 0:
        return ChildExit(ExitKind.FAILED, last_words or f"ended by itself with exit code {code}")
    kind = ExitKind.CRASHED if -code in _NATIVE else ExitKind.KILLED
    name = next((known.name for known in signal.Signals if known == -code), f"signal {-code}")
    return ChildExit(kind, f"was killed by {name}")
