"""When a model is tried out, who pays for that, and what is remembered of it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

from frigate_ext.errors import JudgeError, JudgeMisconfiguredError, StoreError
from frigate_ext.runtime.backoff import Backoff
from frigate_ext.runtime.clock import Clock, Moment, SystemClock
from genai.account import Account, Paid
from genai.breaker import spread
from genai.budget import Spent
from genai.capabilities import Capabilities
from genai.channel import Channel
from genai.known import Known
from genai.locality import is_local
from genai.probe import Tried, ask_server, knock, try_out
from genai.settings import ProviderSettings, address, body_options

logger = logging.getLogger(__name__)

_FIRST, _LAST = 10.0, 600.0
"""Seconds after which a server that was away is asked again."""


class Memory(Protocol):
    """What outlives the program; safe to call from several threads. Raises StoreError; times are epoch s."""

    def spent(self) -> Sequence[Spent]:
        """The looks of the last day, oldest first."""

    def paid(self, paid: Paid, at: float) -> None:
        """Note what was paid for no look."""

    def recall(self, key: str) -> tuple[Capabilities, float] | None:
        """What a model was found to do, and when."""

    def remember(self, key: str, found: Capabilities, at: float) -> None: ...


class Scout:
    """Finds out what the model of one provider can do. Belongs to a judge's event loop; `known` to anyone.

    `wanted` says whether to try it out at each start, or never; None: at each start where it is in the house,
    else once, for what is remembered is good until the model is another one.
    """

    def __init__(
        self,
        settings: ProviderSettings,
        *,
        wanted: bool | None,
        memory: Memory,
        account: Account,
        clock: Clock | None = None,
    ) -> None:
        self.known = Known()
        self.has_ended = False
        """Whether there is nothing left to find out."""
        self._settings = settings
        self._tries = wanted is not False
        self._recalls = wanted is None and not is_local(settings)
        self._memory = memory
        self._account = account
        self._clock = clock or SystemClock()
        self._again = asyncio.Event()

    async def run(self, channel: Channel) -> None:
        """Find out, however often that takes: again after a while, and when told to."""
        backoff = Backoff(first=_FIRST, cap=_LAST, failures=1)
        while not await self._attempt(channel, first=backoff.failures == 1):
            with suppress(TimeoutError):
                async with asyncio.timeout(backoff.next_delay() * spread()):
                    await self._again.wait()
            self._again.clear()
        self.has_ended = True

    async def try_again(self) -> None:
        """The server is back: don't wait any longer."""
        self._again.set()

    async def knock(self, channel: Channel) -> None:
        """See whether anybody answers, with a picture as looks have; counts as one. Raises JudgeErrors."""
        pictures = 0 if self.known.found.vision is False else 1
        await self._paid(knock(channel, pictures), self._clock.now())

    async def _attempt(self, channel: Channel, *, first: bool) -> bool:
        name = self._settings.name
        try:
            await self._find_out(channel)
        except (JudgeError, StoreError) as error:
            level = logging.INFO if first else logging.DEBUG
            logger.log(level, "%s: what its model can do is not known yet: %s", name, error)
            return False
        if str(self.known):
            blind = self.known.found.vision is False
            logger.log(logging.WARNING if blind else logging.INFO, "%s: its model %s", name, self.known)
        return True

    async def _find_out(self, channel: Channel) -> None:
        try:
            told = await ask_server(channel)
        except JudgeMisconfiguredError:
            if not self._tries:
                raise
            told = Capabilities()
        self.known = replace(self.known, told=told)
        if not self._tries:
            return
        key = _key(self._settings, await channel.model())
        remembered = self._memory.recall(key) if self._recalls else None
        found, at = remembered or await self._try(channel, key)
        self.known = replace(self.known, tried=found, tried_at=at)

    async def _try(self, channel: Channel, key: str) -> tuple[Capabilities, float]:
        """Put the questions, which count as one look however many there are.

        Where some got no answer, the next start asks again.
        """
        now = self._clock.now()
        tried = await self._paid(try_out(channel), now)
        logger.info("%s: tried out, for %d tokens", self._settings.name, tried.tokens)
        if tried.heard_out:
            self._keep(lambda: self._memory.remember(key, tried.found, now.wall))
        return tried.found, now.wall

    async def _paid(self, trial: Coroutine[Any, Any, Tried], now: Moment) -> Tried:
        """One that is cut short by the program's end may have cost as much as any."""
        try:
            self._account.pay(now.monotonic)
        except JudgeError:
            trial.close()
            raise
        try:
            tried = await trial
        except JudgeError as error:
            self._note(self._account.settle(error, now.monotonic), now)
            raise
        except asyncio.CancelledError:
            self._note(self._account.charge(now.monotonic, 0), now)
            raise
        self._note(self._account.charge(now.monotonic, tried.tokens), now)
        return tried

    def _note(self, paid: Paid, now: Moment) -> None:
        if paid:
            self._keep(lambda: self._memory.paid(paid, now.wall))

    def _keep(self, write: Callable[[], None]) -> None:
        """What was paid for is known now, whether or not it can be kept."""
        try:
            write()
        except StoreError as error:
            logger.warning(
                "%s: what trying it out has shown and cost is not kept: %s", self._settings.name, error
            )


def _key(settings: ProviderSettings, model: str) -> str:
    """What decides about the answers; addresses and options may hold secrets, so nobody can read it."""
    where, options = address(settings).base_url, body_options(settings)
    parts = json.dumps([settings.provider.value, where, model, options], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()
