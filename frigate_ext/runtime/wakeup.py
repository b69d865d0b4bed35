"""A way to interrupt a thread that waits on sockets or pipes."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from types import TracebackType


class Wakeup:
    """Interrupts a poll in another thread; open (as a context manager) only inside that thread's `run`.

    `set` is thread-safe and does nothing before or after: the thread looks at what it was woken for before it
    first polls.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fd: int | None = None

    def __enter__(self) -> int:
        """File descriptor to poll for reading."""
        self._fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        return self._fd

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._fd is not None:
                os.close(self._fd)
            self._fd = None

    def set(self) -> None:
        with self._lock:
            if self._fd is not None:
                os.eventfd_write(self._fd, 1)

    def clear(self) -> None:
        """Called by the polling thread before it looks at what it was woken for."""
        if self._fd is not None:
            with suppress(BlockingIOError):
                os.eventfd_read(self._fd)
