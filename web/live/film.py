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

MAX_SAID = 1024
"""Characters: the codecs that a browser can play, or those that come."""
_PATIENCE = 8.0
"""Seconds in which the client must ask, and the server must answer."""
_MAX_PART = 8 * 1024 * 1024
_AHEAD = 16
"""Parts that wait for a slow client; then the server has to, and drops what it likes."""


class _Said(msgspec.Struct):
    """All that both sides may say.

    go2rtc would understand more, which is not for viewers, and tells of its errors with cameras' addresses.
    """

    type: str
    value: str


_SAID = msgspec.json.Decoder(_Said)


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
            asked = _codecs(message.get("text"))
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


def _codecs(text: str | None) -> str | None:
    """What one says of codecs, to be told to the other; None where it is something else."""
    if text is None or len(text) > MAX_SAID:
        return None
    try:
        said = _SAID.decode(text)
    except ValueError:
        return None
    return msgspec.json.encode(said).decode() if said.type == "mse" else None


async def _pass_on(server: ClientConnection, send: Send) -> Ending:
    async for part in server:
        if (told := _message(part)) is None:
            logger.debug("no film: %s", part)
            break
        if not await sent(send, told):
            return TOO_SLOW
    return NO_FILM


def _message(part: str | bytes) -> Message | None:
    """What the server has sent, for the client; None where it is not for it."""
    if isinstance(part, bytes):
        return {"type": "websocket.send", "bytes": part}
    codecs = _codecs(part)
    return None if codecs is None else {"type": "websocket.send", "text": codecs}
