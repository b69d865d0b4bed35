"""Puts facts on the bus."""

from __future__ import annotations

import time

import msgspec
import zmq

from frigate_ext.bus.endpoints import connect_endpoints
from frigate_ext.bus.keys import NodeKeys, connect_with
from frigate_ext.bus.schema import CameraUpdate, topic
from frigate_ext.bus.sockets import MAX_FACTS_BYTES, bounded_socket

_QUEUE = 1000


def new_epoch(ahead: int = 0) -> int:
    """Names one run of a publisher: milliseconds since 1970, so that later runs have larger epochs.

    `ahead` is by how many milliseconds the clock that counts is ahead of this machine's.
    """
    return time.time_ns() // 1_000_000 + ahead


class Publisher:
    """Connects to the bus; make, use and close it in one thread.

    Never blocks: what can't be queued for the broker is dropped by ZeroMQ, and shows as a gap in `seq`.
    """

    def __init__(self, endpoint: str, keys: NodeKeys | None = None) -> None:
        """`endpoint` is the bus's base endpoint, or with `keys` the one for nodes."""
        self._socket = bounded_socket(zmq.PUB, queue=_QUEUE, max_bytes=MAX_FACTS_BYTES)
        connect_with(self._socket, keys)
        self._socket.connect(connect_endpoints(endpoint).objects_in)
        self._encoder = msgspec.msgpack.Encoder()

    def publish(self, update: CameraUpdate) -> None:
        self._socket.send_multipart([topic(update.camera), self._encoder.encode(update)], zmq.DONTWAIT)

    def close(self) -> None:
        self._socket.close()
