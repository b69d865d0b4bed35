"""The thread that keeps the last packets of a camera's main stream while somebody may want its pictures."""

from __future__ import annotations

import logging
import threading
from typing import Final, NamedTuple

import av
from av.stream import Stream

from frigate_ext.capture.backoff import Retries
from frigate_ext.capture.failure import state_after
from frigate_ext.capture.gops import Codec, Gops, Kept
from frigate_ext.capture.interrupt import interrupt_on
from frigate_ext.capture.session import session
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.capture.source import Source
from frigate_ext.capture.stall import StallWatch
from frigate_ext.capture.stream_time import StreamTime, seconds
from frigate_ext.capture.url import mask_url
from frigate_ext.domain.camera import CameraState
from frigate_ext.errors import StreamError
from frigate_ext.runtime.clock import Clock
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

HOLD: Final = 120.0
"""Seconds for which a moment is kept that a model is shown: the slowest has answered by then."""
_PATIENCE: Final = 30.0
"""Seconds without anything that can be kept, or with the same stamp, after which a stream is given up."""


class Condition(NamedTuple):
    state: CameraState
    """STARTING as long as nobody wants it, and at first."""
    detail: str


class Keeper(Worker):
    """Opens a stream while it is wanted and decodes nothing of it.

    Whatever goes wrong stays in here: it becomes the stream's condition and another try.
    """

    def __init__(
        self, camera: str, settings: StreamSettings, clock: Clock, patience: float = _PATIENCE
    ) -> None:
        super().__init__(f"fx-main-{camera}")
        self._patience = patience
        self._camera = camera
        self._settings = settings
        self._address = mask_url(settings.url)
        self._clock = clock
        self._lock = threading.Lock()
        self._gops = Gops()
        self._condition = Condition(CameraState.STARTING, "")
        self._wanted = threading.Event()
        self._wanted_until = 0.0
        self._retries = Retries()
        self._online_at: float | None = None

    def attend(self, seconds: float) -> None:
        """Keep the stream open for so long from now; callable from any thread."""
        with self._lock:
            self._wanted_until = max(self._wanted_until, self._monotonic() + seconds)
        self._wanted.set()

    def hold(self, at: float) -> None:
        """Keep what shows the moment `at` (epoch s) for `HOLD` seconds, if it is kept now; for any thread."""
        with self._lock:
            self._gops.hold(at, self._monotonic() + HOLD)

    def find(self, at: float) -> tuple[Codec, list[Kept]] | None:
        """See `Gops`; for any thread."""
        with self._lock:
            return self._gops.find(at)

    @property
    def condition(self) -> Condition:
        return self._condition

    def wake(self) -> None:
        with self._lock:
            self._wanted.set()

    def run(self) -> None:
        interrupt_on(self.stopping)
        while not self.stopping.is_set():
            if self._is_wanted():
                self._keep()
            else:
                self._rest()
        self._let_go()

    def _is_wanted(self) -> bool:
        """Whether to go on; if not, `_wanted` is set when that changes, or the thread shall stop."""
        with self._lock:
            if self.stopping.is_set():
                return False
            wanted = self._monotonic() < self._wanted_until
            if not wanted:
                self._wanted.clear()
            return wanted

    def _rest(self) -> None:
        self._let_go()
        self._wanted.wait()

    def _let_go(self) -> None:
        with self._lock:
            self._gops.clear()
        self._condition = Condition(CameraState.STARTING, "")
        self._online_at = None

    def _keep(self) -> None:
        """Read the stream until it is lost or nobody wants it any more."""
        error = session(self._settings, self.stopping, self._read, name=self.name)
        with self._lock:
            self._gops.interrupt()
        if error and not self.stopping.is_set():
            self.stopping.wait(self._lost(error))

    def _read(self, source: Source) -> StreamError | None:
        codec, times = Codec(source.codec.name, source.codec.extradata), StreamTime()
        watch = StallWatch(self._patience, self._monotonic())
        for packet in source.packets():
            if not self._is_wanted():
                return None
            now = self._clock.now()
            watch.packet(packet.pts, now.monotonic)
            if packet.size and self._put(packet, times.place(_stamp(packet), now.wall), codec, now.monotonic):
                watch.picture(now.monotonic)
                self._alive(now.monotonic)
            watch.check(now.monotonic)
        return StreamError("the stream has ended")

    def _put(self, packet: av.Packet[Stream], time: float, codec: Codec, now: float) -> bool:
        is_key = packet.is_keyframe or codec.name == "mjpeg"
        with self._lock:
            return self._gops.put(packet, time, codec, now, is_key=is_key, stamp=_stamp(packet))

    def _alive(self, now: float) -> None:
        """Take note of a packet of which pictures can be made."""
        if self._online_at is None:
            self._condition, self._online_at = Condition(CameraState.ONLINE, ""), now
            logger.info("%s: the main stream %s is kept for full pictures", self._camera, self._address)

    def _lost(self, error: StreamError) -> float:
        """Report the loss; returns the seconds to wait before the next try."""
        news = self._condition.state in {CameraState.STARTING, CameraState.ONLINE}
        self._condition = Condition(state_after(error), str(error))
        ran_for = 0.0 if self._online_at is None else self._monotonic() - self._online_at
        self._online_at = None
        delay = self._retries.delay_after(error, ran_for)
        logger.log(
            logging.WARNING if news else logging.DEBUG,
            "%s: main stream %s away (%s): full pictures are missing meanwhile; next try in %.1f s",
            self._camera,
            self._address,
            error,
            delay,
        )
        return delay

    def _monotonic(self) -> float:
        return self._clock.now().monotonic


def _stamp(packet: av.Packet[Stream]) -> float | None:
    return seconds(packet.pts, packet.time_base)
