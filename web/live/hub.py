"""From any thread to every client that wants and may hear it; nothing is done while nobody listens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from web.identity import Identity
from web.live.ending import TOO_SLOW, Ending
from web.live.mailbox import Mailbox
from web.live.message import Message
from web.live.wishes import Wishes


class Client:
    """Somebody who listens; lives on the loop."""

    def __init__(self, identity: Identity, wishes: Wishes) -> None:
        self.identity = identity
        self.wishes = wishes
        self._mailbox = Mailbox()
        self._arrived = asyncio.Event()
        self._overrun = asyncio.Event()

    def wants(self, message: Message) -> bool:
        """Whether it asked for this, and may have it."""
        camera = message.camera
        may = camera is None or self.identity.may_see(camera)
        may = may and (self.identity.rules_everything or not message.for_admins)
        return may and self.wishes.include(message.topic, camera)

    def offer(self, message: Message) -> None:
        """Never blocks."""
        if self.wants(message):
            self.reply(message)

    def reply(self, message: Message) -> None:
        """Tell it what it has just asked, whatever else it wants to hear."""
        if not self._mailbox.put(message):
            self._overrun.set()
        self._arrived.set()

    async def next(self) -> Message:
        """Wait for a message."""
        while (message := self._mailbox.take()) is None:
            self._arrived.clear()
            await self._arrived.wait()
        return message

    async def overrun(self) -> Ending:
        """Wait until it has been told more that counts than it could read."""
        await self._overrun.wait()
        return TOO_SLOW


class Hub:
    """`publish` is for any thread, everything else for the loop."""

    def __init__(self) -> None:
        self._clients: dict[Client, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._joined = asyncio.Event()

    def __len__(self) -> int:
        return len(self._clients)

    @property
    def busy(self) -> bool:
        """Whether anybody listens; from any thread, and perhaps no longer true when it returns."""
        return bool(self._clients)

    def publish(self, message: Message) -> None:
        """Hand over to the loop, where there is one to whom somebody listens; never blocks."""
        loop = self._loop
        if self._clients and loop is not None:
            with suppress(RuntimeError):  # the loop has just been closed
                loop.call_soon_threadsafe(self.deliver, message)

    def deliver(self, message: Message) -> None:
        for client in self._clients:
            client.offer(message)

    def deliver_to(self, limit: frozenset[str] | None, message: Message) -> None:
        """Only to those whose `Identity.cameras` is this very limit."""
        for client in self._clients:
            if client.identity.cameras == limit:
                client.offer(message)

    def limits(self, topic: str) -> set[frozenset[str] | None]:
        """The limits of those who want a topic that speaks of several cameras."""
        return {client.identity.cameras for client in self._clients if client.wishes.include(topic, None)}

    async def listened_to(self) -> None:
        """Wait until somebody listens."""
        await self._joined.wait()

    @contextmanager
    def joined(self, client: Client) -> Iterator[Client]:
        """Have the client hear everything from here on."""
        self._loop = asyncio.get_running_loop()
        self._clients[client] = None
        self._joined.set()
        try:
            yield client
        finally:
            del self._clients[client]
            if not self._clients:
                self._joined.clear()
