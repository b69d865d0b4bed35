"""Messages over a WebSocket, and the few that a client may send."""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Executor
from typing import Any

import msgspec

from web.asgi import Receive, Send
from web.live.ending import GONE, NOT_A_MESSAGE, NOT_TEXT, TOO_MANY, Ending, first
from web.live.feed import Feed
from web.live.hub import Client, Hub
from web.live.message import Message
from web.live.wishes import LOG, Wishes

MAX_MESSAGE = 16 * 1024
"""Bytes of a message from a client."""
MAX_MESSAGES = 20
"""From a client, within `WINDOW` seconds."""
WINDOW = 10.0


class _Said(msgspec.Struct):
    """Frigate's shape. The payload may be JSON, or a string with JSON in it."""

    topic: str
    payload: Any = None


class _Wished(msgspec.Struct, forbid_unknown_fields=True):
    topics: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()


_SAID = msgspec.json.Decoder(_Said)
_WISHED = msgspec.json.Decoder(_Wished)


class MessageSocket:
    """One client's conversation."""

    def __init__(self, client: Client, hub: Hub, feed: Feed, after: str, threads: Executor) -> None:
        self._client = client
        self._hub = hub
        self._feed = feed
        self._after = after
        self._threads = threads
        self._heard_at: deque[float] = deque(maxlen=MAX_MESSAGES)

    async def __call__(self, receive: Receive, send: Send) -> Ending:
        with self._hub.joined(self._client):
            return await first(self._tell(send), self._listen(receive), self._client.overrun())

    async def _tell(self, send: Send) -> Ending:
        try:
            async for message in self._feed.messages(self._client, self._after, self._threads):
                await send({"type": "websocket.send", "text": message.text})
        except OSError:  # what uvicorn raises when the client has gone
            pass
        return GONE

    async def _listen(self, receive: Receive) -> Ending:
        while (message := await receive())["type"] == "websocket.receive":
            if self._talks_too_much():
                return TOO_MANY
            text = message.get("text")
            if text is None:
                return NOT_TEXT
            try:
                said = _SAID.decode(text)
            except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
                return NOT_A_MESSAGE
            self._answer(said)
        return GONE

    def _talks_too_much(self) -> bool:
        now = asyncio.get_running_loop().time()
        full = len(self._heard_at) == MAX_MESSAGES and now - self._heard_at[0] < WINDOW
        self._heard_at.append(now)
        return full

    def _answer(self, said: _Said) -> None:
        match said.topic:
            case "ping":
                self._client.reply(Message("pong", ""))
            case "onConnect":
                self._feed.greet(self._client)
            case "subscribe":
                self._subscribe(said.payload)
            case _:
                self._client.reply(Message("error", "unknown topic; known are subscribe, onConnect and ping"))

    def _subscribe(self, payload: object) -> None:
        try:
            wishes = _wishes(payload)
        except ValueError as error:
            self._client.reply(Message("error", f"subscribe: {error}"))
            return
        if LOG in wishes.topics and not self._client.identity.rules_everything:
            self._client.reply(Message("error", "subscribe: only an admin may hear the log"))
            return
        self._client.wishes = wishes
        self._feed.greet(self._client)


def _wishes(payload: object) -> Wishes:
    """Raises ValueError."""
    wished = (
        _WISHED.decode(payload) if isinstance(payload, str) else msgspec.convert(payload, _Wished)  # noqa: TID251 - known to `_WISHED`
    )
    return Wishes(wished.topics, wished.cameras)
