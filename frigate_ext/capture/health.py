"""How a stream is doing, written by the thread that reads it and asked by everybody."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final, NamedTuple

from frigate_ext.capture.failure import state_after
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Size
from frigate_ext.errors import StreamError

_GRACE: Final = 3.0
"""Seconds the reader gets to act on a stall itself before it is reported from outside."""
_HOUR: Final = 3600.0
_MANY: Final = 1000
"""More in an hour are not counted."""


class Condition(NamedTuple):
    state: CameraState
    detail: str
    reconnects: int
    reconnects_last_hour: int
    stalls_last_hour: int
    size: Size | None
    decoder: str


class StreamHealth:
    """The state machine of one stream. All times are monotonic seconds; safe for many threads.

    `patience` is how long a stream that is online may give no sign of life: longer, and it counts as stalled
    even when its reader is stuck somewhere in native code and can't say so. What is silent for longer than
    `usual_gap` is counted among its stalls, though nothing is done about it.
    """

    def __init__(self, patience: float, usual_gap: float = 2.0) -> None:
        self._patience = patience + _GRACE
        self._usual_gap = usual_gap
        self._lock = threading.Lock()
        self._state = CameraState.STARTING
        self._detail = ""
        self._size: Size | None = None
        self._decoder = ""
        self._times_online = 0
        self._online_at = 0.0
        self._alive_at = 0.0
        self._reconnects, self._stalls = _LastHour(), _LastHour()

    def alive(self, now: float) -> None:
        with self._lock:
            if self._is_late(now):
                self._stalls.add(now)
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
            if self._times_online:
                self._reconnects.add(now)
            self._times_online += 1
            self._online_at = now
            return True

    def lost(self, error: StreamError, now: float) -> float:
        """Take note of a loss; returns the seconds the stream had been online before."""
        with self._lock:
            was_online, is_late = self._state is CameraState.ONLINE, self._is_late(now)
            ran_for = now - self._online_at if was_online else 0.0
            self._state = state_after(error)
            if is_late or (was_online and self._state is CameraState.STALLED):
                self._stalls.add(now)
            self._detail = str(error)
            return ran_for

    def condition(self, now: float) -> Condition:
        with self._lock:
            state, detail = self._state, self._detail
            silence = now - self._alive_at
            if state is CameraState.ONLINE and silence > self._patience:
                state, detail = CameraState.STALLED, f"no sign of life for {silence:.0f} s"
            return Condition(
                state,
                detail,
                max(0, self._times_online - 1),
                self._reconnects.count(now),
                self._stalls.count(now) + self._is_late(now),
                self._size,
                self._decoder,
            )

    def _is_late(self, now: float) -> bool:
        return self._state is CameraState.ONLINE and now - self._alive_at > self._usual_gap


class _LastHour:
    """How often something happened during the last hour."""

    def __init__(self) -> None:
        self._times = deque[float](maxlen=_MANY)

    def add(self, now: float) -> None:
        self._times.append(now)

    def count(self, now: float) -> int:
        while self._times and self._times[0] <= now - _HOUR:
            self._times.popleft()
        return len(self._times)
