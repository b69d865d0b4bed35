"""How a stream is doing, written by the thread that reads it and asked by everybody."""

from __future__ import annotations

import threading
from typing import Final, NamedTuple

from frigate_ext.capture.failure import state_after
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Size
from frigate_ext.errors import StreamError

_GRACE: Final = 3.0
"""Seconds the reader gets to act on a stall itself before it is reported from outside."""


class Condition(NamedTuple):
    state: CameraState
    detail: str
    reconnects: int
    size: Size | None
    decoder: str


class StreamHealth:
    """The state machine of one stream. All times are monotonic seconds; safe for many threads.

    `patience` is how long a stream that is online may give no sign of life: longer, and it counts as stalled
    even when its reader is stuck somewhere in native code and can't say so.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience + _GRACE
        self._lock = threading.Lock()
        self._state = CameraState.STARTING
        self._detail = ""
        self._size: Size | None = None
        self._decoder = ""
        self._times_online = 0
        self._online_at = 0.0
        self._alive_at = 0.0

    def alive(self, now: float) -> None:
        with self._lock:
            self._alive_at = now

    def decoded_by(self, decoder: str) -> bool:
        """Take note of what decodes now; True when that is news."""
        with self._lock:
            is_news, self._decoder = decoder != self._decoder, decoder
            return is_news

    def picture(self, size: Size, now: float) -> bool:
        """Take note of a decoded picture; True when that brought the stream online."""
        with self._lock:
            self._alive_at = now
            self._size = size
            if self._state is CameraState.ONLINE:
                return False
            self._state, self._detail = CameraState.ONLINE, ""
            self._times_online += 1
            self._online_at = now
            return True

    def lost(self, error: StreamError, now: float) -> float:
        """Take note of a loss; returns the seconds the stream had been online before."""
        with self._lock:
            ran_for = now - self._online_at if self._state is CameraState.ONLINE else 0.0
            self._state = state_after(error)
            self._detail = str(error)
            return ran_for

    def condition(self, now: float) -> Condition:
        with self._lock:
            state, detail = self._state, self._detail
            silence = now - self._alive_at
            if state is CameraState.ONLINE and silence > self._patience:
                state, detail = CameraState.STALLED, f"no sign of life for {silence:.0f} s"
            return Condition(state, detail, max(0, self._times_online - 1), self._size, self._decoder)
