"""A thread with a beginning and an end."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

logger = logging.getLogger(__name__)


class Worker(ABC):
    """A named thread that starts once, is asked to stop, and is joined.

    `stop` is idempotent, never blocks and may come before `start`; a worker stopped before it started does
    not run. `run` must return soon after `stopping` is set: every wait in it is on `stopping` or is woken
    by `wake`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self.wake()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; True when the thread is gone (or never started)."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    @abstractmethod
    def run(self) -> None:
        """The thread's work, until `stopping` is set."""

    def wake(self) -> None:  # noqa: B027 - most workers wait on `stopping` itself
        """Interrupt whatever `run` waits on; called by `stop` from another thread."""

    def died(self, error: Exception) -> None:  # noqa: B027 - the log line is consequence enough for most
        """What follows when `run` raised; called in the thread, after the log line."""

    def _run(self) -> None:
        if self.stopping.is_set():
            return
        try:
            self.run()
        except Exception as error:
            logger.exception("%s died", self.name)
            self.died(error)
