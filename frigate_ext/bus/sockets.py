"""What every socket of the bus has in common: bounds, and no lingering."""

from __future__ import annotations

import zmq

MAX_FACTS_BYTES = 1 << 20
"""A message of facts; a hundred objects take some 40 kB. Peers that send more are disconnected."""
MAX_FRAMES_BYTES = 64 << 20
"""A reply with frames: 32 full-size JPEGs."""


def bounded_socket(kind: int, *, queue: int, max_bytes: int) -> zmq.Socket[bytes]:
    """A socket that queues at most `queue` messages per peer and direction and never delays its close."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context.instance()
    socket = context.socket(kind)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.SNDHWM, queue)
    socket.setsockopt(zmq.RCVHWM, queue)
    socket.setsockopt(zmq.MAXMSGSIZE, max_bytes)
    socket.setsockopt(zmq.RECONNECT_IVL, 50)
    socket.setsockopt(zmq.RECONNECT_IVL_MAX, 1000)
    return socket
