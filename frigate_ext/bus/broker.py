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
from dataclasses import dataclass, field, replace

import msgspec
import zmq

from frigate_ext.bus.endpoints import (
    is_local,
    listen_endpoints,
    prepare_directory,
    remove_sockets,
)
from frigate_ext.bus.grants import Grants
from frigate_ext.bus.keys import KeyPair, listen_with
from frigate_ext.bus.routing import MAX_CAMERAS, Asked, Hello, Owners
from frigate_ext.bus.schema import FrameReply, FrameRequest, FrameStatus, ReplyId, camera_of, whose
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
    trespasses: int = 0
    """What nodes said of cameras that are not theirs; nobody has heard it."""


@dataclass(frozen=True, slots=True)
class Remote:
    """Where nodes on other hosts connect, and the keys that this side proves itself with."""

    endpoint: str
    keys: KeyPair
    grants: Grants = field(default_factory=Grants, compare=False)
    """What the nodes that connect there may speak for."""


class Broker(Worker):
    def __init__(self, endpoint: str, remote: Remote | None = None) -> None:
        """`endpoint` is the bus's base endpoint, for this machine; an `Authenticator` guards `remote`."""
        super().__init__("fx-bus-broker")
        self._endpoint = endpoint
        self._remote = remote
        self._owners = Owners()
        self._asked = Asked()
        self._counts = BrokerCounts()
        self._bound: Future[None] = Future()
        self._wakeup = Wakeup()
        self._ask = msgspec.msgpack.Decoder(FrameRequest)
        self._hello = msgspec.msgpack.Decoder(Hello)
        self._reply_id = msgspec.msgpack.Decoder(ReplyId)

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
            for message in _received(facts_out):
                facts_in.send_multipart(message, copy=False)  # a subscription on its way to the publishers
            for message in _received(facts_in):
                self._publish(facts_out, message)
            for message in _received(frames):
                self._route(frames, message)

    def _publish(self, facts_out: _Socket, message: list[zmq.Frame]) -> None:
        node = _node_of(message[0]) if self._remote else ""
        if node and not self._admits(node, camera_of(message[0].bytes)):
            self._counts.trespasses += 1
            return
        self._counts.facts += 1
        facts_out.send_multipart(message, copy=False)

    def _admits(self, node: str, camera: str) -> bool:
        return self._remote is not None and self._remote.grants.admits(node, camera, time.monotonic())

    def _route(self, frames: _Socket, message: list[zmq.Frame]) -> None:
        try:
            match [part.bytes for part in message]:
                case [peer, kind, payload] if kind == HELLO:
                    self._announce(peer, self._hello.decode(payload), _node_of(message[-1]))
                case [peer, kind, payload] if kind == ASK and not _node_of(message[-1]):
                    self._pass_on(frames, peer, self._ask.decode(payload), payload)
                case [peer, kind, client, payload] if kind == REPLY:
                    self._pass_back(frames, peer, client, payload)
                case _:
                    self._counts.malformed += 1
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            self._counts.malformed += 1
            logger.debug("dropping a malformed message on the frames endpoint: %s", error)

    def _announce(self, peer: bytes, hello: Hello, node: str) -> None:
        """Of a node's cameras only those count that it was given."""
        if node:
            theirs = tuple(name for name in hello.cameras[:MAX_CAMERAS] if self._admits(node, whose(name)))
            self._counts.trespasses += len(hello.cameras) - len(theirs)
            hello = msgspec.structs.replace(hello, cameras=theirs)
        self._owners.announce(peer, hello, time.monotonic())

    def _pass_back(self, frames: _Socket, peer: bytes, client: bytes, payload: bytes) -> None:
        """An answer counts if it is by whom the question was passed on to."""
        if not self._asked.answered(client, self._reply_id.decode(payload).id, peer):
            self._counts.dropped += 1
            return
        self._counts.replies += 1
        self._send(frames, [client, payload])

    def _pass_on(self, frames: _Socket, client: bytes, request: FrameRequest, payload: bytes) -> None:
        self._counts.requests += 1
        owner = self._owners.peer_of(request.camera, time.monotonic())
        if owner is None or not self._send(frames, [owner, client, payload]):
            self._counts.unknown_camera += 1
            reply = FrameReply(id=request.id, status=FrameStatus.UNKNOWN_CAMERA)
            self._send(frames, [client, msgspec.msgpack.encode(reply)])
            return
        self._asked.asked(client, request.id, owner)

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


def _received(socket: _Socket) -> list[list[zmq.Frame]]:
    batch: list[list[zmq.Frame]] = []
    try:
        while len(batch) < _BATCH:
            batch.append(socket.recv_multipart(zmq.DONTWAIT, copy=False))
    except zmq.Again:
        pass
    return batch


def _node_of(part: zmq.Frame) -> str:
    """The node that it came from, by its key; empty for a process of this machine, which proves nothing."""
    try:
        return str(part.get("User-Id"))
    except zmq.ZMQError:
        return ""


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
