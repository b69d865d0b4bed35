"""Pictures to those who watch: as an endless JPEG, or each as a message of a WebSocket."""

from __future__ import annotations

import asyncio

from web.asgi import Message, Receive, Send
from web.live.ending import FAILED, GONE, TOO_SLOW, UNASKED, Ending, first
from web.live.reel import BOUNDARY, Picture, Reels, Seat, View
from web.live.streams import until_gone

STALLED = 30.0
"""Seconds in which a client must take a picture."""
REPEAT = 10.0
"""Seconds after which a picture is sent again, so that nobody on the way takes the silence for the end."""


class PictureStream:
    """What Motion JPEG means over HTTP: each part of the body replaces the one before."""

    def __init__(self, reels: Reels, view: View, fps: float, person: str) -> None:
        self._reels = reels
        self._view = view
        self._fps = fps
        self._person = person

    async def __call__(self, receive: Receive, send: Send) -> Ending:
        with self._reels.watching(self._view, self._fps, self._person) as seat:
            return await first(self._show(seat, send), until_gone(receive))

    async def _show(self, seat: Seat, send: Send) -> Ending:
        await send(_part(b"--%b\r\n" % BOUNDARY))
        picture: Picture | None = None
        while True:
            try:
                async with asyncio.timeout(REPEAT):
                    picture = await seat.next()
                if picture is None:
                    return FAILED
            except TimeoutError:
                if picture is None:
                    continue
            if not await sent(send, _part(picture.part)):
                return TOO_SLOW


class PictureSocket:
    """Each message is one JPEG; a client says nothing."""

    def __init__(self, reels: Reels, view: View, fps: float, person: str) -> None:
        self._reels = reels
        self._view = view
        self._fps = fps
        self._person = person

    async def __call__(self, receive: Receive, send: Send) -> Ending:
        with self._reels.watching(self._view, self._fps, self._person) as seat:
            return await first(self._show(seat, send), _silent(receive))

    async def _show(self, seat: Seat, send: Send) -> Ending:
        try:
            while picture := await seat.next():
                if not await sent(send, {"type": "websocket.send", "bytes": picture.jpeg}):
                    return TOO_SLOW
        except OSError:  # what uvicorn raises when the client has gone
            return GONE
        return FAILED


def _part(data: bytes) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": True}


async def sent(send: Send, message: Message) -> bool:
    """Return False where nobody takes it in time."""
    try:
        async with asyncio.timeout(STALLED):
            await send(message)
    except TimeoutError:
        return False
    return True


async def _silent(receive: Receive) -> Ending:
    return UNASKED if (await receive())["type"] == "websocket.receive" else GONE
