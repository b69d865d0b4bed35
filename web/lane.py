"""Requests that may have to wait for somebody else get some of the threads: the others find a free one."""

from __future__ import annotations

import asyncio
import re

from web.asgi import App, Message, Receive, Send, refuse

_COME_BACK = b"2"
"""Seconds."""


class Lane:
    """Only so many of these at once; the next ones wait on the loop, without a thread, for a while."""

    def __init__(self, app: App, *, paths: re.Pattern[str], threads: int, seconds: float) -> None:
        """`paths` finds what the requests of this lane have in their paths."""
        self._app = app
        self._paths = paths
        self._free = asyncio.Semaphore(threads)
        self._seconds = seconds

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._paths.search(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            await refuse(send, 503, "busy", "Too many wait for this already.", [(b"retry-after", _COME_BACK)])
        else:
            await self._pass(scope, receive, send)

    async def _pass(self, scope: Message, receive: Receive, send: Send) -> None:
        """Until there is an answer: who reads it slowly keeps nobody waiting."""
        held = True

        def let_go() -> None:
            nonlocal held
            if held:
                held = False
                self._free.release()

        async def answer(message: Message) -> None:
            let_go()
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            let_go()
