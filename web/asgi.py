"""Taking a request's body off the network before a worker thread is taken for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from web.problems import CONTENT_TYPE, document

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]
"""Called with `(scope, receive, send)`; every library types these in its own way."""

_DRAIN = 16
"""A body up to this many times too large is read to its end, so that its sender lives to see the answer."""


class _TooLargeError(Exception):
    pass


class BufferedBody:
    """Reads bodies on the event loop, bounded in size and time: a slow sender holds no thread."""

    def __init__(self, app: App, *, limit: Callable[[str], int], seconds: float) -> None:
        """`limit` is the number of bytes that a body to a path may have."""
        self._app = app
        self._limit = limit
        self._seconds = seconds

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        try:
            # Not `wait_for`, which in Python 3.11 may swallow a cancellation that comes with the last byte.
            async with asyncio.timeout(self._seconds):
                body = await _read(receive, limit)
        except _TooLargeError:
            await refuse(send, 413, "too_large", f"The body is longer than {limit} bytes.")
        except TimeoutError:
            await refuse(send, 408, "too_slow", f"The body did not arrive within {self._seconds:g} seconds.")
        else:
            if body is not None:
                await self._app(_with_length(scope, len(body)), _replay(body, receive), send)


async def _read(receive: Receive, limit: int) -> bytes | None:
    """Return the whole body; None when the sender went away."""
    chunks: list[bytes] = []
    size, more = 0, True
    while more and size <= limit * _DRAIN:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk, more = message.get("body", b""), message.get("more_body", False)
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
    if size > limit:
        raise _TooLargeError
    return b"".join(chunks)


def _with_length(scope: Message, length: int) -> Message:
    """Name the length of a body that may have come in chunks without one."""
    headers = [(k, v) for k, v in scope["headers"] if k not in {b"content-length", b"transfer-encoding"}]
    return {**scope, "headers": [*headers, (b"content-length", str(length).encode())]}


def _replay(body: bytes, receive: Receive) -> Receive:
    pending = [body]

    async def replay() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return replay


async def refuse(
    send: Send, status: int, code: str, detail: str, more: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    """Answer with a problem document, and with `more` headers."""
    body = json.dumps(document(status, code, detail)).encode()
    headers = [
        (b"content-type", CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
