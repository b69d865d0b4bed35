"""A camera's own stream over a WebSocket: what go2rtc sends for Media Source Extensions, passed on."""

from __future__ import annotations

import asyncio
import logging

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from web.asgi import Message, Receive, Send
from web.live.ending import GONE, NO_FILM, NOT_A_MESSAGE, TOO_SLOW, Ending, first
from web.live.pictures import sent
from web.live.streams import until_gone

logger = logging.getLogger(__name__)

MAX_ASKED = 1024
"""Characters: the codecs that a browser can play."""
_PATIENCE = 8.0
"""Seconds in which the client must ask, and the server must answer."""
_MAX_PART = 8 * 1024 * 1024
_AHEAD = 16
"""Parts that wait for a slow client; then the server has to, and drops what it likes."""


class _Ask(msgspec.Struct):
    """All that a client may say. go2rtc would understand more, which is not for viewers."""

    type: str
    value: str


class Film:
    """One client's."""

    def __init__(self, url: str) -> None:
        """`url` is of the stream at go2rtc."""
        self._url = url

    async def __call__(self, receive: Receive, send: Send) -> Ending:
        try:
            async with asyncio.timeout(_PATIENCE):
                message = await receive()
            if message["type"] != "websocket.receive":
                return GONE
            asked = _asked(message)
            if asked is None:
                return NOT_A_MESSAGE
            async with connect(
                self._url, open_timeout=_PATIENCE, max_size=_MAX_PART, max_queue=_AHEAD, proxy=None
            ) as server:
                await server.send(asked)
                return await first(_pass_on(server, send), until_gone(receive))
        except (OSError, WebSocketException) as error:  # TimeoutError is an OSError
            logger.debug("no film: %s", error)
            return NO_FILM


def _asked(message: Message) -> str | None:
    """What to ask of the server; None where it is not for it."""
    text = message.get("text")
    if text is None or len(text) > MAX_ASKED:
        return None
    try:
        said = msgspec.json.decode(text, type=_Ask)
    except ValueError:
        return None
    return msgspec.json.encode(said).decode() if said.type == "mse" else None


async def _pass_on(server: ClientConnection, send: Send) -> Ending:
    async for part in server:
        kind = "text" if isinstance(part, str) else "bytes"
        if not await sent(send, {"type": "websocket.send", kind: part}):
            return TOO_SLOW
    return NO_FILM
