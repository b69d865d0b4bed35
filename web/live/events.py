"""The same messages as Server-Sent Events (HTML Living Standard, 9.2), for who has no use for a WebSocket."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor

from web.asgi import Message, Receive, Send
from web.live.ending import GONE, TOO_SLOW, Ending, first
from web.live.feed import Feed
from web.live.hub import Client, Hub
from web.live.streams import until_gone

HEARTBEAT = 15.0
"""Seconds; proxies drop what is silent for longer than a minute or so."""
STALLED = 30.0
"""Seconds in which a client must read something."""
_HELLO = b"retry: 3000\n\n"
_STILL_HERE = b": \n\n"


class EventStream:
    """What one client is told, until it goes or falls behind."""

    def __init__(self, client: Client, hub: Hub, feed: Feed, after: str, threads: Executor) -> None:
        self._client = client
        self._hub = hub
        self._feed = feed
        self._after = after
        self._threads = threads

    async def __call__(self, receive: Receive, send: Send) -> Ending:
        with self._hub.joined(self._client):
            return await first(
                self._tell(send), self._beat(send), until_gone(receive), self._client.overrun()
            )

    async def _tell(self, send: Send) -> Ending:
        await send(_part(_HELLO))
        async for message in self._feed.messages(self._client, self._after, self._threads):
            await send(_part(message.event))
        return GONE

    async def _beat(self, send: Send) -> Ending:
        try:
            while True:
                await asyncio.sleep(HEARTBEAT)
                async with asyncio.timeout(STALLED):
                    await send(_part(_STILL_HERE))
        except TimeoutError:
            return TOO_SLOW


def _part(data: bytes) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": True}
