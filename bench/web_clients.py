"""Clients in a process of their own: some listen, some watch, one asks."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from websockets.asyncio.client import connect

T = TypeVar("T")

_FRAME_TIME = re.compile(rb"X-Frame-Time: (\S+)")


@dataclass(frozen=True, slots=True)
class Crowd:
    """`listeners` hear `topics` for `seconds`; meanwhile `paths` are asked for in turn, `rate` a second."""

    url: str
    seconds: float
    listeners: int = 0
    topics: str = ""
    paths: tuple[str, ...] = ()
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Told:
    heard: list[float]
    """Messages a second of each listener."""
    latencies: list[float]
    """Seconds of each request."""


def listen_and_ask(crowd: Crowd) -> Told:
    """Blocks; in a child."""
    told: Told = _in_child(_crowd, crowd)
    return told


def watch(url: str, viewers: int, seconds: float) -> list[set[bytes]]:
    """Blocks; the times of the frames that each viewer of a Motion JPEG was shown."""
    shown: list[set[bytes]] = _in_child(_audience, url, viewers, seconds)
    return shown


def _in_child(target: Any, *arguments: Any) -> Any:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run, (target, arguments))


def _run(target: Any, arguments: tuple[Any, ...]) -> Any:
    work: Coroutine[Any, Any, Any] = target(*arguments)
    return asyncio.run(work)


async def _crowd(crowd: Crowd) -> Told:
    address = crowd.url.replace("http:", "ws:") + f"/ws?topics={crowd.topics}"
    sockets = await asyncio.gather(*(connect(address) for _ in range(crowd.listeners)))
    ends = time.monotonic() + crowd.seconds
    asked = asyncio.create_task(_ask(crowd, ends))
    counts = await asyncio.gather(*(_count(socket, ends) for socket in sockets))
    latencies = await asked
    await asyncio.gather(*(socket.close() for socket in sockets))
    return Told([count / crowd.seconds for count in counts], latencies)


async def _count(socket: Any, ends: float) -> int:
    count = 0
    try:
        async with asyncio.timeout(ends - time.monotonic()):
            while True:
                await socket.recv()
                count += 1
    except TimeoutError:
        return count


async def _ask(crowd: Crowd, ends: float) -> list[float]:
    """At its own pace, whether answers come or not: a slow server gets no rest."""
    asking: list[asyncio.Task[float]] = []
    while crowd.rate and time.monotonic() < ends:
        path = crowd.paths[len(asking) % len(crowd.paths)]
        asking.append(asyncio.create_task(_get(crowd.url, path)))
        await asyncio.sleep(1 / crowd.rate)
    return await asyncio.gather(*asking)


async def _get(url: str, path: str) -> float:
    began = time.perf_counter()
    reader, writer = await _request(url, path, "close")
    status = await reader.readline()
    await reader.read()
    writer.close()
    if b" 200 " not in status:
        raise RuntimeError(f"{path}: {status!r}")
    return time.perf_counter() - began


async def _audience(url: str, viewers: int, seconds: float) -> list[set[bytes]]:
    return await asyncio.gather(*(_view(url, seconds) for _ in range(viewers)))


async def _view(url: str, seconds: float) -> set[bytes]:
    parts = urlsplit(url)
    reader, writer = await _request(url, f"{parts.path}?{parts.query}", "keep-alive")
    seen: set[bytes] = set()
    try:
        async with asyncio.timeout(seconds):
            while line := await reader.readline():
                if found := _FRAME_TIME.match(line):
                    seen.add(found[1])
    except TimeoutError:
        writer.close()
    return seen


async def _request(url: str, path: str, connection: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=1 << 22)
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\n\r\n"
    writer.write(head.encode())
    return reader, writer
