"""Waking a thread that waits inside FFmpeg.

FFmpeg asks a callback about ten times a second whether to go on waiting. PyAV's callback knows only
timeouts: it compares `time.monotonic()` with a deadline, in the waiting thread. So the clock it reads is
ours: in a thread that is to stop, time leaps ahead, every deadline has passed, and FFmpeg returns at once.
Should PyAV read another clock some day, its timeouts still hold and stopping merely takes as long as they do.
"""

from __future__ import annotations

import threading
import time
from typing import Final

import av.container.core

_LEAP: Final = 1e9


class _LeapingTime(threading.local):
    """Stands in for the `time` module inside PyAV's containers."""

    stopping: threading.Event | None = None
    ahead = 0.0

    def monotonic(self) -> float:
        if self.stopping is not None and self.stopping.is_set():
            self.ahead += _LEAP
        return time.monotonic() + self.ahead


_time: Final = _LeapingTime()
av.container.core.time = _time  # type: ignore[attr-defined]  # see above


def interrupt_on(stopping: threading.Event) -> None:
    """Make every wait of *this* thread inside PyAV end soon after `stopping` is set (as a timeout does)."""
    _time.stopping = stopping
