"""The one production server, in a thread of the main process."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from flask import Flask

from frigate_ext.runtime.worker import Worker
from web.listener import Listener
from web.live.live import Live
from web.live.streams import RECHECK
from web.site import Site

logger = logging.getLogger(__name__)

WORKERS = 8
"""Threads that answer requests; each is short, streams stay on the loop."""


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
        self._live = live
        self._renew_seconds = renew_seconds
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="fx-web")
        self._site_of = partial(
            Site,
            workers=self._workers,
            stopping=self.stopping,
            head_seconds=head_seconds,
            body_seconds=body_seconds,
            recheck_seconds=recheck_seconds,
        )
        self._site = self._site_of(app, listener)
        self._under_way: set[asyncio.Task[None]] = set()

    def exchange(self, app: Flask) -> None:
        """Answer as `app` does from the next request on; streams find out when they are checked."""
        self._site.app = app

    def move(self, app: Flask, listener: Listener) -> None:
        """Serve `app` at another address from now on; for one thread, once we are ready. Never blocks.

        The old address takes nothing more: its streams end, what is under way is answered.
        """
        before, self._site = self._site, self._site_of(app, listener)
        with suppress(RuntimeError):  # the loop has just been closed
            self._loop.call_soon_threadsafe(self._pass_on, before, self._site)

    def run(self) -> None:
        asyncio.run(self._serve())

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; once True the address is free again, whether it was ever served or not."""
        gone = super().join(timeout)
        if gone:
            self._site.listener.close()
        return gone

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        beside = [asyncio.create_task(one) for one in (self._live.run(), self._renew(), self._tell_ready())]
        self._begin(self._open(self._site))
        while self._under_way:
            done, _ = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            self._under_way -= done
            for task in done:
                task.result()
        for task in beside:
            task.cancel()
        # The loop must run until the last worker is done: it answers through the loop.
        await asyncio.to_thread(self._workers.shutdown, wait=True, cancel_futures=True)
        await asyncio.to_thread(self._live.close)
        logger.info("web server stopped")

    async def _open(self, site: Site) -> None:
        logger.info("web server listens on %s", site.listener.url)
        await site.open()

    def _pass_on(self, before: Site, after: Site) -> None:
        if not self.stopping.is_set():
            self._begin(self._open(after))
            self._begin(before.leave())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._under_way.add(asyncio.create_task(work))

    async def _tell_ready(self) -> None:
        await self._site.opened.wait()
        self.ready.set()

    async def _renew(self) -> None:
        """Until cancelled: take a certificate that was renewed."""
        while True:
            await asyncio.sleep(self._renew_seconds)
            if tls := self._site.listener.tls:
                await self._loop.run_in_executor(self._workers, tls.renew)
