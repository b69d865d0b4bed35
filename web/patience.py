"""How long a connection may keep us waiting before it is dropped: there is room for so many of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

IN_A_CROWD = 0.2
"""What is left of the patience for requests when half of all connections are taken."""
REPLY = 30.0
"""Seconds in which a client must read something of what it was sent."""


class _Wait(NamedTuple):
    """What we wait for; another value is another wait."""

    what: object
    patience: float


class Patience:
    """Remembers since when each connection waits; for the loop, asked every second or so."""

    def __init__(self, request_seconds: float, room: int) -> None:
        self._request_seconds = request_seconds
        self._room = room
        self._since: dict[Any, tuple[object, float]] = {}

    def late(self, connections: Collection[Any], now: float) -> list[Any]:
        """Return uvicorn's protocols of those who have been waited for too long; `now` is the loop's time."""
        crowded = len(connections) > self._room / 2
        asked = self._request_seconds * (IN_A_CROWD if crowded else 1)
        waits = {one: wait for one in connections if (wait := _wait(one, asked)) is not None}
        before, self._since = self._since, {}
        for one, wait in waits.items():
            what, since = before.get(one, (None, now))
            self._since[one] = (wait.what, since if what == wait.what else now)
        return [one for one, (_, since) in self._since.items() if now - since >= waits[one].patience]


def _wait(connection: Any, request_seconds: float) -> _Wait | None:
    unsent = connection.transport.get_write_buffer_size()
    if unsent:
        return _Wait(("reply", unsent), REPLY)
    if isinstance(connection, H11Protocol):
        begun = connection.conn.their_state is not h11.IDLE
        return None if begun else _Wait(("request", connection.cycle), request_seconds)
    return None if connection.handshake_initiated else _Wait(("handshake",), request_seconds)
