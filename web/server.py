"""The one production server, in a thread of the main process."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware
from flask import Flask

from frigate_ext.errors import ListenError
from frigate_ext.runtime.worker import Worker
from web.asgi import BufferedBody, Message
from web.body import limit_of
from web.certificate import Certificate
from web.headers import PlainHeaders
from web.live.live import Live
from web.live.sockets import MAX_MESSAGE
from web.live.streams import RECHECK, Streams
from web.patience import Patience

logger = logging.getLogger(__name__)

WORKERS = 8
"""Threads that answer requests; each is short, streams stay on the loop."""
MAX_CONNECTIONS = 512
_UNSENT = 128 * 1024
"""Bytes that the system may hold back for a slow client, beyond what is on its way: pictures of the past."""
_TICKS_A_SECOND = 10
"""uvicorn's."""
GRACE = 1
"""Seconds that requests under way get to finish when the server stops."""


class Listener:
    """An address that is ours from now on, before anything else is started (port 0: any free one).

    Raises ListenError when it can't be had.
    """

    def __init__(self, host: str, port: int, tls: Certificate | None = None) -> None:
        self.tls = tls
        self.socket = _bind(host, port)
        self.host: str
        """The bound address, in numbers."""
        self.port: int
        self.host, self.port = self.socket.getsockname()[:2]

    @property
    def url(self) -> str:
        """Where this machine reaches it; other machines only where it listens to them."""
        address = ip_address(self.host)
        host = "localhost" if address.is_unspecified else self.host
        scheme = "https" if self.tls else "http"
        return f"{scheme}://[{host}]:{self.port}" if ":" in host else f"{scheme}://{host}:{self.port}"

    def close(self) -> None:
        self.socket.close()


class WebServer(Worker):
    """Serves `app`; a request's head must arrive within `head_seconds`, its body within `body_seconds`.

    `live` runs beside it, on its loop; a certificate is looked at every `renew_seconds`.
    Once stopped, no request is answered, no stream is open and no thread
    of it is left when `join` returns.
    """

    def __init__(
        self,
        app: Flask,
        listener: Listener,
        live: Live,
        *,
        head_seconds: float = 10.0,
        body_seconds: float = 10.0,
        recheck_seconds: float = RECHECK,
        renew_seconds: float = 60.0,
    ) -> None:
        super().__init__("fx-web-server")
        self.ready = threading.Event()
        """Set when requests are answered."""
        self._listener = listener
        self._live = live
        self._renew_seconds = renew_seconds
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="fx-web")
        self._streams = Streams(_flask(app, self._workers, body_seconds), self._cut, recheck=recheck_seconds)
        patience = Patience(head_seconds, MAX_CONNECTIONS)
        self._server = _Server(_settings(self._streams, listener.tls), self._streams, patience, self.ready)

    def run(self) -> None:
        asyncio.run(self._serve())

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; once True the address is free again, whether it was ever served or not."""
        gone = super().join(timeout)
        if gone:
            self._listener.close()
        return gone

    def wake(self) -> None:
        self._server.should_exit = True

    async def _serve(self) -> None:
        logger.info("web server listens on %s", self._listener.url)
        beside = [asyncio.create_task(one) for one in (self._live.run(), self._renew())]
        await self._server.serve(sockets=[self._listener.socket])
        for task in beside:
            task.cancel()
        # The loop must run until the last worker is done: it answers through the loop.
        await asyncio.to_thread(self._workers.shutdown, wait=True, cancel_futures=True)
        await asyncio.to_thread(self._live.close)
        logger.info("web server stopped")

    async def _renew(self) -> None:
        """Until cancelled: take a certificate that was renewed."""
        while self._listener.tls is not None:
            await asyncio.sleep(self._renew_seconds)
            await asyncio.get_running_loop().run_in_executor(self._workers, self._listener.tls.renew)

    def _cut(self, scope: Message) -> None:
        self._server.cut(scope)


class _Server(uvicorn.Server):
    """uvicorn: tells when it is ready, drops who is late, ends streams before it counts what is left."""

    def __init__(
        self, config: uvicorn.Config, streams: Streams, patience: Patience, ready: threading.Event
    ) -> None:
        super().__init__(config)
        self._streams = streams
        self._patience = patience
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_A_SECOND == 0:
            now = asyncio.get_running_loop().time()
            for connection in self._patience.late(self.server_state.connections, now):
                connection.transport.abort()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._streams.stop()
        await super().shutdown(sockets)

    def cut(self, scope: Message) -> None:
        """Drop the connection that a request came by, if that is what it still serves."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "scope", None) is scope:
                connection.transport.abort()


def _flask(app: Flask, workers: ThreadPoolExecutor, body_seconds: float) -> PlainHeaders:
    # An unbounded queue of chunks: a slow reader then holds memory of one bounded reply, not a worker.
    application: Any = app  # a2wsgi types the WSGI environment in its own way
    adapter = WSGIMiddleware(application, send_queue_size=0)
    adapter.executor = workers
    return PlainHeaders(BufferedBody(adapter, limit=limit_of, seconds=body_seconds))


def _settings(streams: Streams, tls: Certificate | None) -> uvicorn.Config:
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
        timeout_graceful_shutdown=GRACE,
        ssl_context_factory=(lambda *_: tls.context) if tls else None,
    )


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ListenError(f"can't listen on {host}:{port}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
        # getaddrinfo takes a port beyond 65535 modulo 65536.
        listener.bind((address[0], port, *address[2:]))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise ListenError(f"can't listen on {host}:{port}: {error}") from error
    return listener
