"""The meeting point in the main process: binds every endpoint and forwards, so that everybody else connects.

Facts go publisher -> XSUB -> XPUB -> subscriber. On the frames endpoint one ROUTER talks to both sides:

    detection process -> [HELLO, Hello]   every second
    client            -> [ASK, FrameRequest]          broker -> detection process  [client, FrameRequest]
    detection process -> [REPLY, client, FrameReply]  broker -> client             [FrameReply]
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace

import msgspec
import zmq

from frigate_ext.bus.endpoints import (
    is_local,
    listen_endpoints,
    prepare_directory,
    remove_sockets,
)
from frigate_ext.bus.keys import KeyPair, listen_with
from frigate_ext.bus.routing import Hello, Owners
from frigate_ext.bus.schema import FrameReply, FrameRequest, FrameStatus
from frigate_ext.bus.sockets import MAX_FACTS_BYTES, MAX_FRAMES_BYTES, bounded_socket
from frigate_ext.errors import ConfigError, Problem
from frigate_ext.runtime.wakeup import Wakeup
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

HELLO, ASK, REPLY = b"HELLO", b"ASK", b"REPLY"

_FACTS_QUEUE = 5000
_FRAMES_QUEUE = 256
_BATCH = 100
"""Messages taken from one socket before the others get their turn."""

_Socket = zmq.Socket[bytes]


@dataclass(slots=True)
class BrokerCounts:
    """Since the start. What a slow subscriber misses is counted by the subscriber, from the gaps."""

    facts: int = 0
    requests: int = 0
    replies: int = 0
    unknown_camera: int = 0
    dropped: int = 0
    """Requests and replies whose receiver was gone or too slow."""
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class Remote:
    """Where nodes on other hosts connect, and the keys that this side proves itself with."""

    endpoint: str
    keys: KeyPair


class Broker(Worker):
    def __init__(self, endpoint: str, remote: Remote | None = None) -> None:
        """`endpoint` is the bus's base endpoint, for this machine; an `Authenticator` guards `remote`."""
        super().__init__("fx-bus-broker")
        self._endpoint = endpoint
        self._remote = remote
        self._owners = Owners()
        self._counts = BrokerCounts()
        self._bound: Future[None] = Future()
        self._wakeup = Wakeup()
        self._ask = msgspec.msgpack.Decoder(FrameRequest)
        self._hello = msgspec.msgpack.Decoder(Hello)

    @property
    def counts(self) -> BrokerCounts:
        """A copy; callable from any thread."""
        return replace(self._counts)

    def start(self) -> None:
        """Returns when every endpoint is bound; raises ConfigError when one can't be."""
        super().start()
        while not self.stopping.is_set() and not self._bound.done():
            wait([self._bound], timeout=0.1)
        if self._bound.done():
            self._bound.result()
            logger.info("bus listens at %s", self._endpoint)

    def wake(self) -> None:
        self._wakeup.set()

    def died(self, error: Exception) -> None:
        if not self._bound.done():
            self._bound.set_exception(error)
        logger.error("the bus is down: cameras and jobs hear nothing until the next start (%s)", error)

    def run(self) -> None:
        with self._wakeup as wakeup, ExitStack() as sockets:
            try:
                facts_in, facts_out, frames = self._bind(sockets)
            except ConfigError as error:
                self._bound.set_exception(error)
                return
            self._bound.set_result(None)
            self._forward(facts_in, facts_out, frames, wakeup)

    def _bind(self, sockets: ExitStack) -> tuple[_Socket, _Socket, _Socket]:
        addresses = listen_endpoints(self._endpoint)
        prepare_directory(self._endpoint)
        if not is_local(self._endpoint):
            logger.warning("bus at %s is open to the network: anybody there can feed it", self._endpoint)
        facts_in = bounded_socket(zmq.XSUB, queue=_FACTS_QUEUE, max_bytes=MAX_FACTS_BYTES)
        facts_out = bounded_socket(zmq.XPUB, queue=_FACTS_QUEUE, max_bytes=MAX_FACTS_BYTES)
        frames = bounded_socket(zmq.ROUTER, queue=_FRAMES_QUEUE, max_bytes=MAX_FRAMES_BYTES)
        frames.setsockopt(zmq.ROUTER_MANDATORY, 1)
        for socket in (facts_in, facts_out, frames):
            sockets.enter_context(socket)
        _bind_all(
            (facts_in, addresses.objects_in), (facts_out, addresses.objects_out), (frames, addresses.frames)
        )
        if self._remote:
            _bind_remote(self._remote, facts_in, frames)
        sockets.callback(remove_sockets, self._endpoint)
        return facts_in, facts_out, frames

    def _forward(self, facts_in: _Socket, facts_out: _Socket, frames: _Socket, wakeup: int) -> None:
        poller = zmq.Poller()
        for readable in (facts_in, facts_out, frames, wakeup):
            poller.register(readable, zmq.POLLIN)
        while not self.stopping.is_set():
            poller.poll()
            for parts in _received(facts_out):
                facts_in.send_multipart(parts)  # a subscription on its way to the publishers
            for parts in _received(facts_in):
                self._counts.facts += 1
                facts_out.send_multipart(parts)
            for message in _received_frames(frames):
                self._route(frames, message)

    def _route(self, frames: _Socket, message: list[zmq.Frame]) -> None:
        try:
            match [part.bytes for part in message]:
                case [peer, kind, payload] if kind == HELLO:
                    self._owners.announce(peer, self._hello.decode(payload), time.monotonic())
                case [peer, kind, payload] if kind == ASK and not _is_remote(message[-1]):
                    self._pass_on(frames, peer, self._ask.decode(payload), payload)
                case [_, kind, client, payload] if kind == REPLY:
                    self._counts.replies += 1
                    self._send(frames, [client, payload])
                case _:
                    self._counts.malformed += 1
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            self._counts.malformed += 1
            logger.debug("dropping a malformed message on the frames endpoint: %s", error)

    def _pass_on(self, frames: _Socket, client: bytes, request: FrameRequest, payload: bytes) -> None:
        self._counts.requests += 1
        owner = self._owners.peer_of(request.camera, time.monotonic())
        if owner is None or not self._send(frames, [owner, client, payload]):
            self._counts.unknown_camera += 1
            reply = FrameReply(id=request.id, status=FrameStatus.UNKNOWN_CAMERA)
            self._send(frames, [client, msgspec.msgpack.encode(reply)])

    def _send(self, frames: _Socket, parts: list[bytes]) -> bool:
        """False when the peer (the first part) is gone or its queue is full."""
        try:
            frames.send_multipart(parts, zmq.DONTWAIT)
        except zmq.ZMQError as error:
            self._counts.dropped += 1
            if error.errno == zmq.EHOSTUNREACH:
                self._owners.forget(parts[0])
            return False
        return True


def _received(socket: _Socket) -> list[list[bytes]]:
    batch: list[list[bytes]] = []
    try:
        while len(batch) < _BATCH:
            batch.append(socket.recv_multipart(zmq.DONTWAIT))
    except zmq.Again:
        pass
    return batch


def _received_frames(socket: _Socket) -> list[list[zmq.Frame]]:
    batch: list[list[zmq.Frame]] = []
    try:
        while len(batch) < _BATCH:
            batch.append(socket.recv_multipart(zmq.DONTWAIT, copy=False))
    except zmq.Again:
        pass
    return batch


def _is_remote(part: zmq.Frame) -> bool:
    """Whether it came from a node, which gives frames and gets none."""
    try:
        return bool(part.get("User-Id"))
    except zmq.ZMQError:  # nobody has proved who they are: a process of this machine
        return False


def _bind_remote(remote: Remote, facts_in: _Socket, frames: _Socket) -> None:
    addresses = listen_endpoints(remote.endpoint)
    for socket in (facts_in, frames):
        listen_with(socket, remote.keys)
    _bind_all((facts_in, addresses.objects_in), (frames, addresses.frames))
    logger.info("nodes on other hosts may connect to %s; the key is %s", remote.endpoint, remote.keys.public)


def _bind_all(*pairs: tuple[_Socket, str]) -> None:
    for socket, address in pairs:
        try:
            socket.bind(address)
        except zmq.ZMQError as error:
            problem = Problem("frigate_ext.bus.endpoint", f"can't listen at {address}: {error.strerror}")
            raise ConfigError([problem]) from error
