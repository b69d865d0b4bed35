"""Frames on demand: answered where they are decoded, asked for from anywhere, never blocking either side."""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Mapping

import msgspec
import zmq

from frigate_ext.bus.answering import Answering, milliseconds_until, send
from frigate_ext.bus.broker import ASK
from frigate_ext.bus.encoder import EncodeCounts, FrameEncoder, Piece
from frigate_ext.bus.endpoints import connect_endpoints
from frigate_ext.bus.inflight import MAX_WAITING, FrameFuture, InFlight
from frigate_ext.bus.keys import NodeKeys
from frigate_ext.bus.ring import FrameRing, Kept
from frigate_ext.bus.schema import EncodedFrame, FrameReply, FrameRequest, FrameStatus
from frigate_ext.bus.sockets import MAX_FRAMES_BYTES, bounded_socket
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box, Point
from frigate_ext.errors import FrameUnavailableError
from frigate_ext.runtime.wakeup import Wakeup
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

MAX_MOMENTS = 32
MAX_HEIGHT = 4320
MAX_ATTEND = 600.0
"""Seconds."""
MAX_OUTLINES = 64
MAX_POINTS = 256
"""Of one outline."""
_GRACE = 1.0
"""Seconds past its deadline after which a waiting caller stops to rely on the client's thread."""


class FrameServer(Answering):
    """Answers requests from the rings of a detection process."""

    def __init__(
        self,
        endpoint: str,
        epoch: int,
        rings: Mapping[str, FrameRing],
        attend: Callable[[str, float], None] = lambda *_: None,
        keys: NodeKeys | None = None,
        *,
        shown: Callable[[str, float], None] = lambda *_: None,
    ) -> None:
        """`rings` may gain cameras while the server runs: call `announce` then.

        `attend(camera, seconds)` is called in the server's thread for requests that ask for it, and so is
        `shown(camera, time)`, where such a request can be answered, with the time of the frame it is about.
        """
        super().__init__("fx-frame-server", endpoint, epoch, keys)
        self._rings = rings
        self._attend = attend
        self._shown = shown
        self._encoder = FrameEncoder()

    @property
    def counts(self) -> EncodeCounts:
        return self._encoder.counts

    def names(self) -> tuple[str, ...]:
        return tuple(self._rings)

    def reply_to(self, request: FrameRequest) -> FrameReply:
        ring = self._rings.get(request.camera)
        if ring is None:
            return FrameReply(id=request.id, status=FrameStatus.UNKNOWN_CAMERA)
        if problem := _problem_with(request):
            return FrameReply(id=request.id, status=FrameStatus.FAILED, detail=problem)
        if request.attend > 0:
            self._attend(request.camera, min(request.attend, MAX_ATTEND))
            if request.moments == 0:
                return FrameReply(id=request.id, status=FrameStatus.OK)
        kept = _look_up(ring, request)
        if not kept:
            return FrameReply(id=request.id, status=FrameStatus.GONE)
        if request.attend > 0:
            self._shown(request.camera, kept[-1].frame.time)
        try:
            frames = self._encoded(_pieces(kept, request), request)
        except (FrameUnavailableError, ValueError, RuntimeError) as error:  # what the codec raises
            return FrameReply(id=request.id, status=FrameStatus.FAILED, detail=str(error)[:200])
        return FrameReply(id=request.id, status=FrameStatus.OK, frames=frames)

    def _encoded(self, pieces: list[Piece], request: FrameRequest) -> tuple[EncodedFrame, ...]:
        pictures = [pieces] if request.tile else [[piece] for piece in pieces]
        return tuple(
            self._encoder.encode(
                *picture, height=request.height, quality=request.quality, max_bytes=request.max_bytes
            )
            for picture in pictures
        )


class FrameClient(Worker):
    """Asks for frames from any thread; one thread of its own talks to the bus.

    Every request ends: with frames, or with FrameUnavailableError at its deadline at the latest.
    """

    def __init__(self, endpoint: str) -> None:
        super().__init__("fx-frame-client")
        self._address = connect_endpoints(endpoint).frames
        self._inflight = InFlight()
        self._outbox: deque[FrameRequest] = deque()
        self._decoder = msgspec.msgpack.Decoder(FrameReply)
        self._wakeup = Wakeup()

    def request(
        self,
        camera: str,
        *,
        key: FrameKey | None = None,
        moments: int = 1,
        seconds: float = 0.0,
        crop: Box | None = None,
        height: int = 480,
        quality: int = 80,
        timeout: float = 2.0,
    ) -> FrameFuture:
        """See `FrameRequest`; `key` is of the same camera. Never blocks; thread-safe.

        The future's callbacks run in the client's thread: keep them short. Moments come oldest first and may
        be fewer than asked for.
        """
        wanted = FrameRequest(
            id=0,
            camera=camera,
            epoch=key.epoch if key else None,
            seq=key.seq if key else None,
            moments=moments,
            seconds=seconds,
            crop=crop,
            height=height,
            quality=quality,
        )
        return self.ask(wanted, timeout=timeout)

    def ask(self, wanted: FrameRequest, *, timeout: float = 2.0) -> FrameFuture:
        """As `request`; the `id` of `wanted` is ignored."""
        future, request = self._inflight.join(wanted, time.monotonic() + timeout)
        if request:
            self._outbox.append(request)
        self._wakeup.set()
        return future

    def fetch(
        self,
        camera: str,
        *,
        key: FrameKey | None = None,
        moments: int = 1,
        seconds: float = 0.0,
        crop: Box | None = None,
        height: int = 480,
        quality: int = 80,
        timeout: float = 2.0,
    ) -> tuple[EncodedFrame, ...]:
        """As `request`, but waits; raises FrameUnavailableError."""
        future = self.request(
            camera,
            key=key,
            moments=moments,
            seconds=seconds,
            crop=crop,
            height=height,
            quality=quality,
            timeout=timeout,
        )
        try:
            return future.result(timeout + _GRACE)
        except TimeoutError as error:
            raise FrameUnavailableError("frames are not being fetched: the client does not run") from error

    def wake(self) -> None:
        self._wakeup.set()

    def died(self, error: Exception) -> None:
        self._inflight.close(f"frames can't be fetched any more: {error}")

    def run(self) -> None:
        with (
            self._wakeup as wakeup,
            bounded_socket(zmq.DEALER, queue=MAX_WAITING, max_bytes=MAX_FRAMES_BYTES) as socket,
        ):
            socket.connect(self._address)
            poller = zmq.Poller()
            poller.register(socket, zmq.POLLIN)
            poller.register(wakeup, zmq.POLLIN)
            while not self.stopping.is_set():
                self._send_all(socket)
                deadline = self._inflight.next_deadline()
                ready = dict(poller.poll(None if deadline is None else milliseconds_until(deadline)))
                if wakeup in ready:
                    self._wakeup.clear()
                if socket in ready:
                    self._receive(socket)
                self._inflight.expire(time.monotonic())
        self._inflight.close("frames are not fetched any more: stopping")

    def _send_all(self, socket: zmq.Socket[bytes]) -> None:
        while self._outbox:
            send(socket, [ASK, msgspec.msgpack.encode(self._outbox.popleft())])

    def _receive(self, socket: zmq.Socket[bytes]) -> None:
        try:
            self._inflight.settle(self._decoder.decode(socket.recv_multipart()[-1]))
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            logger.debug("dropping a malformed answer with frames: %s", error)


def _problem_with(request: FrameRequest) -> str:
    least = 0 if request.attend > 0 else 1
    if not least <= request.moments <= MAX_MOMENTS:
        return f"moments must lie in 1..{MAX_MOMENTS}"
    if not 2 <= request.height <= MAX_HEIGHT:  # noqa: PLR2004 - one chroma sample
        return f"height must lie in 2..{MAX_HEIGHT}"
    if not 1 <= request.quality <= 100:  # noqa: PLR2004 - JPEG's own scale
        return "quality must lie in 1..100"
    if len(request.outlines) > MAX_OUTLINES or any(len(o.points) > MAX_POINTS for o in request.outlines):
        return f"at most {MAX_OUTLINES} outlines of {MAX_POINTS} points can be drawn"
    if not all(o.points and all(map(_is_drawable, o.points)) for o in request.outlines):
        return "an outline needs points, and numbers for them"
    return ""


def _is_drawable(point: Point) -> bool:
    return math.isfinite(point.x) and math.isfinite(point.y)


def _pieces(kept: list[Kept], request: FrameRequest) -> list[Piece]:
    """What is to be shown, oldest first; a close-up comes before the last frame."""
    *earlier, (key, frame) = kept
    pieces = [Piece(past.key, past.frame, request.crop) for past in earlier]
    if request.close_up:
        pieces.append(Piece(key, frame, request.close_up))
    return [*pieces, Piece(key, frame, request.crop, request.outlines)]


def _look_up(ring: FrameRing, request: FrameRequest) -> list[Kept]:
    key = None
    if request.epoch is not None and request.seq is not None:
        key = FrameKey(request.camera, request.epoch, request.seq)
    return ring.moments(key, request.moments, request.seconds)
