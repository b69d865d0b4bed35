"""What one client hears, from the alerts it has missed to whatever comes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import Executor
from itertools import takewhile

from frigate_ext.domain.look import Alert
from frigate_ext.errors import StoreError
from web.live.hub import Client, Hub
from web.live.message import Message
from web.live.news import News
from web.live.observer import Observer

MAX_MISSED = 100
"""Alerts told again; who was away for longer reads the list."""
_ALERT_ID = re.compile(r"\d{10}\.\d{3}-[0-9a-f]{6}")


NewestAlerts = Callable[[Collection[str] | None, int], tuple[Alert, ...]]
"""So many alerts of these cameras (None: of all), newest first."""


class Feed:
    """For the loop."""

    def __init__(self, hub: Hub, observer: Observer, news: News, newest_alerts: NewestAlerts) -> None:
        """`newest_alerts` reads the database; it is called in a thread."""
        self._hub = hub
        self._observer = observer
        self._news = news
        self._newest_alerts = newest_alerts

    async def messages(self, client: Client, after: str, threads: Executor) -> AsyncIterator[Message]:
        """What a client that has joined the hub is told; `after` names the last alert that it knows."""
        self.greet(client)
        missed = await self._missed(client, after, threads) if _ALERT_ID.fullmatch(after) else []
        known = {message.alert_id for message in missed}
        for message in missed:
            if client.wants(message):
                yield message
        while True:
            message = await client.next()
            if message.alert_id not in known:
                yield message

    def greet(self, client: Client) -> None:
        """Tell it how everything is."""
        for message in self._observer.present():
            client.offer(message)

    async def _missed(self, client: Client, after: str, threads: Executor) -> list[Message]:
        """Oldest first. Ids begin with the time, so the one to go on from may have been deleted."""
        try:
            newest = await asyncio.get_running_loop().run_in_executor(
                threads, self._newest_alerts, client.identity.cameras, MAX_MISSED
            )
        except StoreError:
            return []
        later = takewhile(lambda alert: alert.id > after, newest)
        return [self._news.alert(alert) for alert in later][::-1]
