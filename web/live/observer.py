"""What changes in front of the cameras, as often as an eye can follow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from typing import Any

from frigate_ext.bus.latest import Latest
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.document import Document
from frigate_ext.stats.document import stats_within
from web.cameras import camera_document
from web.live.hub import Hub
from web.live.message import Message

logger = logging.getLogger(__name__)

TICK = 0.1
"""Seconds between two glances at all cameras, while somebody listens."""
STATS_EVERY = 5.0
STATS = "stats"


class Observer:
    """Tells how a camera is and what it sees, when that has changed: all of it, so the newest is enough."""

    def __init__(
        self,
        hub: Hub,
        *,
        cameras: Mapping[str, Camera],
        latest: Callable[[str], Latest | None],
        stats: Callable[[], Mapping[str, Any]],
    ) -> None:
        """`stats` may take a moment: it is called in a thread."""
        self._hub = hub
        self._cameras = cameras
        self._latest = latest
        self._stats = stats
        self._told: dict[str, object] = {}
        self._stats_at = 0.0

    async def run(self, threads: Executor) -> None:
        """Until cancelled."""
        while True:
            await self._hub.listened_to()
            try:
                await self._glance(threads)
            except Exception:
                logger.exception("can't tell what changes, trying again in %g s", STATS_EVERY)
                await asyncio.sleep(STATS_EVERY)
            await asyncio.sleep(TICK)

    def present(self) -> list[Message]:
        """How every camera is and what it sees now, for who has just come."""
        return [message for camera in self._documents() for message in (_state(camera), _objects(camera))]

    def news(self) -> list[Message]:
        """What is different from what was told last."""
        return [message for camera in self._documents() for message in self._changes(camera)]

    async def _glance(self, threads: Executor) -> None:
        for message in self.news():
            self._hub.deliver(message)
        now = asyncio.get_running_loop().time()
        if now >= self._stats_at:
            self._stats_at = now + STATS_EVERY
            await self._tell_stats(threads)

    def _documents(self) -> Iterator[Document]:
        for name, camera in self._cameras.items():
            yield camera_document(camera, self._latest(name))

    def _changes(self, camera: Document) -> Iterator[Message]:
        for message, shown in ((_state(camera), camera["state"]), (_objects(camera), _visible(camera))):
            if self._told.get(message.topic) != shown:
                self._told[message.topic] = shown
                yield message

    async def _tell_stats(self, threads: Executor) -> None:
        limits = self._hub.limits(STATS)
        if limits:
            told = await asyncio.get_running_loop().run_in_executor(threads, self._stats)
            for limit in limits:
                self._hub.deliver_to(limit, Message(STATS, stats_within(told, limit)))


def _state(camera: Document) -> Message:
    body = {key: camera[key] for key in ("state", "detail", "size")}
    return Message(f"{camera['name']}/state", body, camera["name"])


def _objects(camera: Document) -> Message:
    body = {key: camera[key] for key in ("frame_time", "size", "objects")}
    return Message(f"{camera['name']}/objects", body, camera["name"])


def _visible(camera: Document) -> object:
    """What an eye would notice of the objects; scores flicker in every frame."""
    return [{key: value for key, value in thing.items() if key != "score"} for thing in camera["objects"]]
