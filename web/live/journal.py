"""The log as it grows, for those who may read it and have asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict

from frigate_ext.runtime.log_tail import LogLine
from web.live.hub import Hub
from web.live.message import Message
from web.live.wishes import LOG

EVERY = 0.5
"""Seconds between two messages."""
AT_ONCE = 100
"""Lines of a message; where more have come, it has the newest. `GET /api/logs` has those before."""

Lines = Callable[[int, int], Sequence[LogLine]]
"""The newest lines after the one of that id, so many at most."""


class Journal:
    """For the loop."""

    def __init__(self, hub: Hub, lines: Lines) -> None:
        self._hub = hub
        self._lines = lines
        self._told = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._hub.listened_to()
            self._tell()
            await asyncio.sleep(EVERY)

    def _tell(self) -> None:
        if not self._hub.limits(LOG):
            return
        lines = self._lines(self._told, AT_ONCE)
        if lines:
            self._told = lines[-1].id
            self._hub.deliver(Message(LOG, {"lines": [asdict(line) for line in lines]}, for_admins=True))
