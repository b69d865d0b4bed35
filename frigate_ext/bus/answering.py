"""One end of the bus that answers requests for frames, in a thread of its own."""

from __future__ import annotations

import logging
import math
import time
from abc import abstractmethod

import msgspec
import zmq

from frigate_ext.bus.broker import HELLO, REPLY
from frigate_ext.bus.endpoints import connect_endpoints
from frigate_ext.bus.keys import NodeKeys, connect_with
from frigate_ext.bus.routing import Hello
from frigate_ext.bus.schema import FrameReply, FrameRequest, FrameStatus
from frigate_ext.bus.sockets import bounded_socket
from frigate_ext.runtime.wakeup import Wakeup
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

QUEUE = 256
_ANNOUNCE_EVERY = 1.0


class Answering(Worker):
    """Says every second whose frames it has, and answers what is asked, one request after the other."""

    def __init__(self, name: str, endpoint: str, epoch: int, keys: NodeKeys | None) -> None:
        super().__init__(name)
        self._address = connect_endpoints(endpoint).frames
        self._keys = keys
        self._epoch = epoch
        self._decoder = msgspec.msgpack.Decoder(FrameRequest)
        self._wakeup = Wakeup()
        self._announce_at = 0.0

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """What it is asked by; called in its thread, and different ones each time if need be."""

    @abstractmethod
    def reply_to(self, request: FrameRequest) -> FrameReply:
        """Answer a request for one of `names`, or what was one; called in its thread."""

    def announce(self) -> None:
        """Tell the bus now, not within a second, which names there are; callable from any thread."""
        self._announce_at = 0.0
        self._wakeup.set()

    def wake(self) -> None:
        self._wakeup.set()

    def run(self) -> None:
        with self._wakeup as wakeup, bounded_socket(zmq.DEALER, queue=QUEUE, max_bytes=1 << 20) as socket:
            connect_with(socket, self._keys)
            socket.connect(self._address)
            poller = zmq.Poller()
            poller.register(socket, zmq.POLLIN)
            poller.register(wakeup, zmq.POLLIN)
            while not self.stopping.is_set():
                if (now := time.monotonic()) >= self._announce_at:
                    self._announce_at = now + _ANNOUNCE_EVERY  # first: `announce` may come meanwhile
                    send(socket, [HELLO, msgspec.msgpack.encode(Hello(self._epoch, self.names()))])
                ready = dict(poller.poll(milliseconds_until(self._announce_at)))
                if wakeup in ready:
                    self._wakeup.clear()
                if socket in ready:
                    self._answer(socket, socket.recv_multipart())

    def _answer(self, socket: zmq.Socket[bytes], parts: list[bytes]) -> None:
        try:
            client, payload = parts
            request = self._decoder.decode(payload)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            logger.debug("dropping a malformed request for frames: %s", error)
            return
        send(socket, [REPLY, client, msgspec.msgpack.encode(self._replied(request))])

    def _replied(self, request: FrameRequest) -> FrameReply:
        try:
            return self.reply_to(request)
        except Exception as error:  # whatever codecs raise, or no memory: one picture must not end all others
            logger.exception("%s: a picture can't be made", request.camera)
            return FrameReply(id=request.id, status=FrameStatus.FAILED, detail=str(error)[:200])


def send(socket: zmq.Socket[bytes], parts: list[bytes]) -> None:
    """Never blocks; what can't be queued is dropped, and the asker's deadline tells it."""
    try:
        socket.send_multipart(parts, zmq.DONTWAIT)
    except zmq.Again:
        logger.debug("the queue to the bus is full, dropping %s", parts[0])


def milliseconds_until(moment: float) -> int:
    """From now to a moment of the monotonic clock, rounded up so that nobody polls again just before it."""
    return math.ceil(max(0.0, moment - time.monotonic()) * 1000)
