"""Why a stream ends, in the numbers of WebSocket's close codes (RFC 6455; 4000 and above are ours)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, NamedTuple


class Ending(NamedTuple):
    code: int
    reason: str


GONE = Ending(1000, "")
"""The client has left: there is nobody to tell."""
FAILED = Ending(1011, "something went wrong here; the log has the details")
RESTART = Ending(1012, "the server stops; come back later")
NOT_TEXT = Ending(1003, "messages are text")
NOT_A_MESSAGE = Ending(1007, "messages are JSON objects with a topic")
UNASKED = Ending(1008, "nothing can be said here")
UNSURE = Ending(1013, "rights can't be checked just now; come back later")
NO_FILM = Ending(1014, "the media server has no film, or has gone")
REVOKED = Ending(4401, "signed out, or not allowed any more")
TOO_SLOW = Ending(4408, "could not be told everything in time")
TOO_MANY = Ending(4429, "too many messages")


async def first(*ways: Coroutine[Any, Any, Ending]) -> Ending:
    """Run all until one ends, cancel the others, and return how it ended."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return next(task for task in tasks if task in done).result()
