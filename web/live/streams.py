"""Replies that go on for as long as somebody watches: Flask lets them in, the event loop carries them.

A view decides as for any other request (who asks, for which camera, with which parameters) and hands over a
`Stream`. No thread is held from then on; the same request is put to Flask again every few seconds, so that
whatever takes a right away ends the stream, too.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

from flask import Response, request

from web.asgi import App, Message, Receive, Send, refuse
from web.identity import Identity
from web.live.ending import GONE, RESTART, REVOKED, UNSURE, Ending, first

MAX_STREAMS = 256
MAX_OF_ONE = MAX_STREAMS // 2
"""Of one person."""
RECHECK = 5.0
"""Seconds after which a right that was taken away is noticed."""
_FAREWELL = 0.5
"""Seconds in which a client must take its last message."""
_LINGER = 5.0
"""Seconds after that in which it must have taken everything before it."""
_COME_BACK = [(b"retry-after", b"10")]
_SLOT = "frigate_ext.stream"
_SCHEMES = {"ws": "http", "wss": "https"}
_DISCONNECTS = {"http.disconnect", "websocket.disconnect"}


class Carry(Protocol):
    """Sends and reads until something ends it; cancelled where something else does."""

    def __call__(self, receive: Receive, send: Send) -> Coroutine[Any, Any, Ending]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What a view has granted."""

    identity: Identity
    carry: Carry
    socket: bool = False
    """A WebSocket, whose messages `carry` sends and reads. Else it sends parts of a body."""


class _Running(NamedTuple):
    scope: Message
    person: str


@dataclass(frozen=True, slots=True)
class _Granted:
    stream: Stream
    start: Message


def hand_over(stream: Stream, mimetype: str = "text/plain") -> Response:
    """Return what a view returns for a stream: its headers are sent, its body is what the stream sends."""
    slot = request.environ.get("asgi.scope", {}).get(_SLOT)
    if slot is not None:
        slot.append(stream)
    response = Response(mimetype=mimetype)
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def until_gone(receive: Receive) -> Ending:
    """Wait for the client to leave; what it says until then is not read."""
    while (await receive())["type"] not in _DISCONNECTS:
        pass
    return GONE


class Streams:
    """The ASGI application around Flask's."""

    def __init__(self, app: App, cut: Callable[[Message], None], *, recheck: float = RECHECK) -> None:
        """`cut` drops the connection of a scope where there still is one."""
        self._app = app
        self._cut = cut
        self._recheck = recheck
        self._stopping = asyncio.Event()
        self._running: dict[asyncio.Task[Any] | None, _Running] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()  # its wish to connect
            granted = await self._ask(_as_request(scope), _no_body, _denial(send))
            if granted and await self._is_possible(granted.stream, _denial(send), socket=True):
                await send({"type": "websocket.accept"})
                await self._carry(granted.stream, scope, receive, send)
        else:
            granted = await self._ask(scope, receive, send)
            if granted and await self._is_possible(granted.stream, send, socket=False):
                await send(_endless(granted.start))
                if scope["method"] == "HEAD":
                    await send(_last(scope, GONE))
                else:
                    await self._carry(granted.stream, scope, receive, send)

    async def stop(self) -> None:
        """End all of them, and take no more; whoever has not read by then how it ended is cut off."""
        self._stopping.set()
        running = dict(self._running)
        if running:
            await asyncio.wait([task for task in running if task], timeout=2 * _FAREWELL)
        for one in running.values():
            self._cut(one.scope)

    def _of(self, person: str) -> int:
        """How many somebody has open."""
        return sum(one.person == person for one in self._running.values())

    async def _ask(self, scope: Message, receive: Receive, send: Send) -> _Granted | None:
        """Put a request to Flask. Its answer is sent, unless it grants a stream."""
        slot: list[Stream] = []
        starts: list[Message] = []

        async def answer(message: Message) -> None:
            if not slot:
                await send(message)
            elif message["type"] == "http.response.start":
                starts.append(message)

        await self._app({**scope, _SLOT: slot}, receive, answer)
        return _Granted(slot[0], starts[0]) if slot and starts else None

    async def _is_possible(self, stream: Stream, send: Send, *, socket: bool) -> bool:
        """Refuse what is asked for in the wrong protocol, or is too much."""
        if stream.socket and not socket:
            upgrade = [(b"upgrade", b"websocket")]
            await refuse(send, 426, "not_a_websocket", "This is for WebSockets.", upgrade)
        elif socket and not stream.socket:
            await refuse(send, 400, "malformed", "This is not for WebSockets.")
        elif self._stopping.is_set() or len(self._running) >= MAX_STREAMS:
            detail = f"No more than {MAX_STREAMS} can be open at once."
            await refuse(send, 503, "too_many_streams", detail, _COME_BACK)
        elif self._of(stream.identity.person) >= MAX_OF_ONE:
            detail = f"No more than {MAX_OF_ONE} can be open at once for one user."
            await refuse(send, 429, "too_many_streams", detail, _COME_BACK)
        else:
            return True
        return False

    async def _carry(self, stream: Stream, scope: Message, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        self._running[task] = _Running(scope, stream.identity.person)
        try:
            ending = await first(
                stream.carry(receive, send), self._until_revoked(stream, scope), self._until_stopped()
            )
            if ending is not GONE:
                await self._part(ending, scope, receive, send)
        finally:
            del self._running[task]

    async def _until_revoked(self, stream: Stream, scope: Message) -> Ending:
        while True:
            # Not all at once: those who came together would for ever ask together.
            await asyncio.sleep(self._recheck * random.uniform(0.5, 1))  # noqa: S311 - no secret
            refusals: list[int] = []
            again = await self._ask(_as_request(scope), _no_body, _status_into(refusals))
            if again is None or again.stream.identity != stream.identity:
                return UNSURE if refusals and refusals[0] >= HTTPStatus.INTERNAL_SERVER_ERROR else REVOKED

    async def _until_stopped(self) -> Ending:
        await self._stopping.wait()
        return RESTART

    async def _part(self, ending: Ending, scope: Message, receive: Receive, send: Send) -> None:
        """Tell the client how it ended; who does not read is cut off."""
        try:
            async with asyncio.timeout(_FAREWELL):
                await send(_last(scope, ending))
        except (TimeoutError, OSError):
            self._cut(scope)
            await until_gone(receive)
        else:
            asyncio.get_running_loop().call_later(_LINGER, self._cut, scope)


def _as_request(scope: Message) -> Message:
    """The request by which a stream was asked for, as one that Flask answers."""
    scheme = _SCHEMES.get(scope["scheme"], scope["scheme"])
    headers = [header for header in scope["headers"] if header[0] not in {b"connection", b"upgrade"}]
    return {**scope, "type": "http", "method": "GET", "scheme": scheme, "headers": headers}


def _endless(start: Message) -> Message:
    return {**start, "headers": [header for header in start["headers"] if header[0] != b"content-length"]}


def _last(scope: Message, ending: Ending) -> Message:
    if scope["type"] == "websocket":
        return {"type": "websocket.close", "code": ending.code, "reason": ending.reason}
    return {"type": "http.response.body", "body": b"", "more_body": False}


def _denial(send: Send) -> Send:
    """Send a plain reply where a WebSocket was wished for (ASGI's denial response)."""

    async def deny(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    return deny


async def _no_body() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _status_into(statuses: list[int]) -> Send:
    """Of an answer that nobody else awaits."""

    async def note(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    return note
