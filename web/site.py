"""What is served at one address: uvicorn, and around Flask what Flask can't do."""

from __future__ import annotations

import asyncio
import math
import re
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware
from flask import Flask

from web.asgi import BufferedBody, Message
from web.body import limit_of
from web.headers import PlainHeaders
from web.lane import Lane
from web.listener import Listener
from web.live.sockets import MAX_MESSAGE
from web.live.streams import Streams
from web.patience import Patience

WAITERS = 4
"""Threads, of all that answer requests, that may wait for a detection process or a judge."""
NEGOTIATORS = 2
"""Threads that may wait for a media server: one that hangs keeps no picture waiting."""
WAIT_SECONDS = 2.0
"""In which one of these must become free."""
_WAITS = re.compile(r"/(latest\.[a-z]+|watches/try)$")
_NEGOTIATES = re.compile(r"/webrtc$")
MAX_CONNECTIONS = 512
_TICKS_A_SECOND = 10
"""uvicorn's."""
_GRACE = 1
"""Seconds that requests under way get to finish when the server stops."""
_SETTLED = 0.05
"""Seconds after which asyncio has made a connection of all that it has accepted."""
_LEAVE_WITHIN = 10.0
"""Seconds that they get when we move elsewhere: the request that had us move is one of them."""


class Site(uvicorn.Server):
    """Serves `app` at an address until `stopping` is set, or until it has to `leave`.

    Drops who is late, and ends streams before it counts what is left. Lives on the loop, but for `app`.
    """

    def __init__(
        self,
        app: Flask,
        listener: Listener,
        *,
        workers: ThreadPoolExecutor,
        stopping: threading.Event,
        head_seconds: float,
        body_seconds: float,
        recheck_seconds: float,
    ) -> None:
        self.listener = listener
        self.app = app
        """May be exchanged between two requests."""
        self.opened = asyncio.Event()
        """Set when requests are answered."""
        self._stopping = stopping
        self._streams = Streams(
            _adapted(self._answer, workers, body_seconds), self._cut, recheck=recheck_seconds
        )
        self._patience = Patience(head_seconds, MAX_CONNECTIONS)
        self._leave_by = math.inf
        super().__init__(_settings(self._streams, listener))

    async def open(self) -> None:
        """Serve until the end; once it returns the address is free again."""
        await self.serve(sockets=[self.listener.socket])
        for connection in list(self.server_state.connections):  # taken just before, or never done
            connection.transport.abort()

    async def leave(self) -> None:
        """Take no more connections, end the streams, and close when what is under way is answered."""
        loop = asyncio.get_running_loop()
        await self.opened.wait()
        # A server that closes forgets, unclosed, who was let in a moment ago.
        loop.remove_reader(self.listener.socket)
        await asyncio.sleep(_SETTLED)
        self._leave_by = loop.time() + _LEAVE_WITHIN
        for server in self.servers:
            server.close()
        await self._streams.stop()

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self.opened.set()

    async def on_tick(self, counter: int) -> bool:
        now = asyncio.get_running_loop().time()
        if counter % _TICKS_A_SECOND == 0:
            for connection in self._patience.late(self.server_state.connections, now):
                connection.transport.abort()
        has_left = self._leave_by < math.inf and (not self.server_state.tasks or now > self._leave_by)
        return await super().on_tick(counter) or self._stopping.is_set() or has_left

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        await self._streams.stop()
        await super().shutdown(sockets)

    def _answer(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        return self.app(environ, start_response)

    def _cut(self, scope: Message) -> None:
        """Drop the connection that a request came by, if that is what it still serves."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "scope", None) is scope:
                connection.transport.abort()


def _adapted(application: Any, workers: ThreadPoolExecutor, body_seconds: float) -> PlainHeaders:
    # An unbounded queue of chunks: a slow reader then holds memory of one bounded reply, not a worker.
    adapter = WSGIMiddleware(application, send_queue_size=0)  # it types the WSGI environment in its own way
    adapter.executor = workers
    pictures = Lane(adapter, paths=_WAITS, threads=WAITERS, seconds=WAIT_SECONDS)
    lanes = Lane(pictures, paths=_NEGOTIATES, threads=NEGOTIATORS, seconds=WAIT_SECONDS)
    return PlainHeaders(BufferedBody(lanes, limit=limit_of, seconds=body_seconds))


def _settings(streams: Streams, listener: Listener) -> uvicorn.Config:
    tls = listener.tls
    return uvicorn.Config(
        streams,
        http="h11",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False,  # hundreds of bytes to a neighbour: not worth the time
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE,
        ssl_context_factory=(lambda *_: tls.context) if tls else None,
    )
