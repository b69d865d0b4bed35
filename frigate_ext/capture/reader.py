"""The thread that keeps one stream open and decoded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

import av
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext

from frigate_ext.capture.acceleration import accelerated, in_software
from frigate_ext.capture.backoff import Retries
from frigate_ext.capture.decoder import ThriftyDecoder
from frigate_ext.capture.failure import UndecodableError
from frigate_ext.capture.feed import Feed
from frigate_ext.capture.health import StreamHealth
from frigate_ext.capture.interrupt import interrupt_on
from frigate_ext.capture.picture import Picture, Scaler
from frigate_ext.capture.session import session
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.capture.source import Source
from frigate_ext.capture.stall import StallWatch
from frigate_ext.capture.stream_time import StreamTime, seconds
from frigate_ext.capture.thrift import Attention
from frigate_ext.capture.url import mask_url
from frigate_ext.domain.geometry import Size
from frigate_ext.errors import StreamError
from frigate_ext.runtime.clock import Clock
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

Guard = Callable[[str], AbstractContextManager[object]]
"""Marks a camera as being inside native code, so that a crash can be laid at its door."""

_KEYLESS = 3.0
"""Times as long as pictures may fail to come, a key frame may: some cameras send one in 20 s."""


class Reader(Worker):
    """Opens one URL, decodes it for every feed attached, and opens it again when it is lost.

    Whatever goes wrong stays in here: it becomes the stream's state and another try.
    """

    def __init__(self, settings: StreamSettings, *, name: str, guard: Guard, clock: Clock) -> None:
        super().__init__(name)
        self.health = StreamHealth(settings.patience, settings.usual_gap)
        self.feeds: tuple[Feed, ...] = ()
        """Replaced, never changed, by the pool; read once per frame here."""
        self._settings = settings
        self._address = mask_url(settings.url)
        self._guard = guard
        self._clock = clock
        self._scalers: dict[Size | None, Scaler] = {}
        self._retries = Retries()
        self._acceleration = settings.acceleration
        self._given_up = ""
        """Why the device that should decode is not tried any more."""
        self._watch = StallWatch(settings.stall_timeout, 0.0)

    def run(self) -> None:
        interrupt_on(self.stopping)
        while not self.stopping.is_set():
            error = session(self._settings, self.stopping, self._read, name=self.name)
            if isinstance(error, UndecodableError) and self._watch.is_owed:
                self._give_up_device()
            if not self.stopping.is_set():
                self.stopping.wait(self._lost(error))

    def _read(self, source: Source) -> StreamError:
        """Read the stream until it is lost, and say why."""
        patience = self._settings.stall_timeout
        self._watch = watch = StallWatch(patience, self._monotonic(), keyless=_KEYLESS * patience)
        decoder, times = ThriftyDecoder(self._opened(source.codec)), StreamTime()
        any_picture = False
        for packet in source.packets():
            watch.packet(packet.dts if packet.dts is not None else packet.pts, self._monotonic())
            self.health.alive(self._monotonic())
            if packet.is_keyframe or source.codec.name == "mjpeg":
                watch.key_frame(self._monotonic())
            for decoded in self._decode(decoder, packet):
                any_picture = True
                watch.picture(self._monotonic())
                # The packet that brought the picture knows the unit of its stamp.
                stamp = seconds(decoded.pts, packet.time_base)
                self._hand_over(decoded, times.place(stamp, self._clock.now().wall))
            watch.check(self._monotonic())
            if self.stopping.is_set():
                break
        if not (any_picture or self._holds_back(decoder)):
            raise UndecodableError("undecodable: it ended without a picture")
        return StreamError("the stream has ended")

    def _give_up_device(self) -> None:
        """A device that brings no picture is not asked again: the processor may."""
        if self._acceleration:
            self._given_up = in_software(self._acceleration.kind, "it brought no picture")
            self._acceleration = None

    def _opened(self, codec: VideoCodecContext) -> VideoCodecContext:
        with self._inside_native_code():  # a driver's, where a device is opened
            opened, name = accelerated(codec, self._acceleration)
        if self.health.decoded_by(self._given_up or name):
            level = logging.WARNING if self._settings.acceleration and opened is codec else logging.INFO
            logger.log(level, "%s: decoded by %s", self._cameras, self._given_up or name)
        return opened

    def _decode(self, decoder: ThriftyDecoder, packet: av.Packet[Stream]) -> list[av.VideoFrame]:
        """Decode what is wanted now; broken packets yield nothing, and in the end the watch gives up."""
        now, feeds = self._clock.now(), self.feeds
        attention = max((feed.attention(now) for feed in feeds), default=Attention.NONE)
        with self._inside_native_code():
            pictures = decoder.decode(packet, now.monotonic, attention)
        if decoder.is_saving and not pictures:
            for feed in feeds:
                feed.left_out(now)
        return pictures

    def _holds_back(self, decoder: ThriftyDecoder) -> bool:
        """Whether pictures would still have come."""
        with self._inside_native_code():
            return bool(decoder.rest())

    def _hand_over(self, decoded: av.VideoFrame, taken_at: float) -> None:
        now = self._clock.now()
        if self.health.picture(Size(decoded.width, decoded.height), now.monotonic):
            logger.info(
                "%s: %s is online, %dx%d", self._cameras, self._address, decoded.width, decoded.height
            )
        pictures: dict[Size | None, Picture] = {}
        for feed in self.feeds:
            if feed.wants(now):
                size = feed.settings.size
                if size not in pictures:
                    pictures[size] = self._scale(decoded, size)
                feed.put(pictures[size], taken_at, now)

    def _scale(self, decoded: av.VideoFrame, size: Size | None) -> Picture:
        scaler = self._scalers.setdefault(size, Scaler(size))
        with self._inside_native_code():
            return scaler.planes(decoded)

    def _lost(self, error: StreamError) -> float:
        """Report the loss; returns the seconds to wait before the next try."""
        ran_for = self.health.lost(error, self._monotonic())
        delay = self._retries.delay_after(error, ran_for)
        level = logging.WARNING if ran_for or self._retries.failures == 1 else logging.DEBUG
        logger.log(level, "%s: %s: %s; next try in %.1f s", self._cameras, self._address, error, delay)
        return delay

    @contextmanager
    def _inside_native_code(self) -> Iterator[None]:
        with ExitStack() as marks:
            for feed in self.feeds:
                marks.enter_context(self._guard(feed.camera))
            yield

    @property
    def _cameras(self) -> str:
        return ", ".join(feed.camera for feed in self.feeds)

    def _monotonic(self) -> float:
        return self._clock.now().monotonic
