"""The newest frame of one camera, handed from the thread that decodes to the one that detects."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Final

from frigate_ext.capture.health import StreamHealth
from frigate_ext.capture.pace import FpsMeter, RateGate
from frigate_ext.capture.picture import Picture
from frigate_ext.capture.settings import CaptureStatus, StreamSettings
from frigate_ext.capture.thrift import Attention
from frigate_ext.domain.frame import Frame
from frigate_ext.runtime.clock import Clock, Moment

_SET_BACK: Final = 1.0
"""Seconds that the last frame may be ahead of the wall clock, which else has been set back."""


class Feed:
    """One camera's place at a stream. Newest wins: a frame nobody took is replaced. Safe for many threads."""

    def __init__(
        self,
        camera: str,
        settings: StreamSettings,
        *,
        on_frame: Callable[[], None],
        on_close: Callable[[Feed], None],
        health: StreamHealth,
        clock: Clock,
    ) -> None:
        self.camera = camera
        self.settings = settings
        self._gate = RateGate(settings.max_fps)
        self._left_out_gate = RateGate(settings.max_fps)
        """Apart, lest what is left out uses up the turn of a key frame."""
        self._on_frame = on_frame
        self._on_close = on_close
        self._health = health
        self._clock = clock
        self._lock = threading.Lock()
        self._newest: Frame | None = None
        self._time = 0.0
        self._frames = 0
        self._skipped = 0
        self._idle = 0
        self._wanted_until = {Attention.WANTED: math.inf, Attention.MOTION: 0.0}
        self._meter = FpsMeter()

    def take(self) -> Frame | None:
        """Return the newest frame not yet taken, without waiting."""
        with self._lock:
            frame, self._newest = self._newest, None
            return frame

    def status(self) -> CaptureStatus:
        now = self._clock.now().monotonic
        condition = self._health.condition(now)
        with self._lock:
            return CaptureStatus(
                state=condition.state,
                detail=condition.detail,
                fps=self._meter.fps(now),
                frames=self._frames,
                skipped=self._skipped,
                idle=self._idle,
                reconnects=condition.reconnects,
                reconnects_last_hour=condition.reconnects_last_hour,
                stalls_last_hour=condition.stalls_last_hour,
                size=condition.size,
                decoder=condition.decoder,
            )

    def attend(self, until: float, attention: Attention = Attention.WANTED) -> None:
        """Ask for the full rate until so many monotonic seconds; who never asks has it for ever."""
        with self._lock:
            before = self._wanted_until[attention]
            self._wanted_until[attention] = until if math.isinf(before) else max(before, until)

    def close(self) -> None:
        """Leave the stream; the last camera to leave ends its reader. Does not wait; idempotent."""
        self._on_close(self)

    def wants(self, now: Moment) -> bool:
        """Whether a frame decoded now is due; asked once per frame, by the reader."""
        if not self._gate.admits(now.monotonic):
            return False
        self._left_out_gate.admits(now.monotonic)
        return True

    def attention(self, now: Moment) -> Attention:
        """What is wanted of the stream now; asked once per packet, by the reader."""
        with self._lock:
            wanted = (what for what, until in self._wanted_until.items() if now.monotonic < until)
            return max(wanted, default=Attention.NONE)

    def left_out(self, now: Moment) -> None:
        """Take note of a frame that came and was not decoded; called by the reader."""
        if self._left_out_gate.admits(now.monotonic):
            with self._lock:
                self._frames += 1
                self._idle += 1
                self._meter.tick(now.monotonic)

    def put(self, picture: Picture, time: float, now: Moment) -> None:
        """Hand over a picture taken at `time` (epoch s), decoded at `now`; called by the reader.

        Frame times never run backwards, unless the wall clock is set back.
        """
        with self._lock:
            is_ahead = self._time > now.wall + _SET_BACK
            self._time = time if is_ahead else max(self._time, time)
            self._skipped += self._newest is not None
            self._newest = Frame(self.camera, self._time, *picture, decoded_at=now.monotonic)
            self._frames += 1
            self._meter.tick(now.monotonic)
        self._on_frame()
