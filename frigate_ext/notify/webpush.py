"""Alerts on people's phones: web push, to each device that asked for it (RFC 8030)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Protocol

import httpx2
from cryptography.hazmat.primitives.asymmetric import ec

from frigate_ext.domain.look import Alert
from frigate_ext.domain.subscription import Subscription
from frigate_ext.errors import DeliveryError
from frigate_ext.notify.webpush_answer import Answer, Outcome, read
from frigate_ext.notify.webpush_crypto import authorization, encoded, encrypt, public_bytes
from frigate_ext.notify.webpush_message import message, topic
from frigate_ext.notify.webpush_services import PushServices, origin
from frigate_ext.runtime.backoff import Backoff
from frigate_ext.runtime.clock import Clock, SystemClock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.loop import LoopClosedError, LoopThread

logger = logging.getLogger(__name__)

KEEP = 86400.0
"""Seconds after which an alert is no news for a phone any more; push services hold it as long."""
_ANSWER = 6.0
"""Seconds that push services get to answer, all at the same time."""
_CONNECTIONS = 16
_WORDS = 200
"""Bytes read of a refusal."""


class Subscriptions(Protocol):
    """Who wants to be told. May raise StoreError."""

    def to_tell(self, alert: Alert, *, anonymous: bool) -> tuple[Subscription, ...]:
        """Devices of those who may see it now, and that don't know yet what it has become."""

    def told(self, subscription: Subscription, alert: Alert) -> None: ...
    def forget(self, subscription_id: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSettings:
    key: ec.EllipticCurvePrivateKey = field(repr=False, compare=False)
    """The same one for as long as the data folder lives."""
    contact: str
    """Where a push service can reach who runs this: a mailto: or https: address."""
    services: PushServices = field(default_factory=PushServices)
    cameras: Mapping[str, str] = field(default_factory=dict)
    """The names that people know, by name."""
    anonymous: bool = False
    """Nobody signs in here, so devices of nobody are told, too."""


@dataclass(slots=True)
class _Rest:
    """Of a device that could not be told."""

    backoff: Backoff = field(default_factory=lambda: Backoff(first=2.0, cap=300.0))
    until: float = 0.0
    """Monotonic."""


class WebPushNotifier:
    """A Notifier that starts, stops and joins like a Worker.

    Each device is told by itself: what reached some of them is noted, and only the others are tried again.
    One whose push service fails rests alone, while alerts go on to the others.
    """

    name = "webpush"

    def __init__(self, settings: PushSettings, book: Subscriptions, clock: Clock | None = None) -> None:
        self._settings = settings
        self._book = book
        self._clock = clock or SystemClock()
        self._client = httpx2.AsyncClient(
            timeout=_ANSWER, follow_redirects=False, limits=httpx2.Limits(max_connections=_CONNECTIONS)
        )
        self._loop = LoopThread("fx-webpush", finish=self._client.aclose)
        self._rests: dict[int, _Rest] = {}
        self._health = PartHealth(PartState.OK)

    @property
    def public_key(self) -> str:
        """What browsers subscribe to, base64url."""
        return encoded(public_bytes(self._settings.key))

    @property
    def services(self) -> PushServices:
        return self._settings.services

    def change(self, settings: PushSettings) -> None:
        """Go by other settings from the next alert on."""
        self._settings = settings

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        self._loop.stop()

    def join(self, timeout: float | None = None) -> bool:
        return self._loop.join(timeout)

    def health(self) -> PartHealth:
        """Degraded while no push service at all can be reached."""
        return self._health

    def deliver(self, alert: Alert, evidence: tuple[bytes, ...]) -> None:  # noqa: ARG002 - see below
        """Tell every device that doesn't know yet; the picture is fetched by the device, signed in.

        Blocks for six seconds at most. Raises DeliveryError while there are devices left.
        """
        now = self._clock.now()
        ttl = int(KEEP - max(0.0, now.wall - alert.time))
        if ttl <= 0:
            return
        waiting = self._book.to_tell(alert, anonymous=self._settings.anonymous)
        due = [one for one in waiting if self._rest(one).until <= now.monotonic]
        answers = self._post(due, alert, ttl) if due else []
        self._note_reach(answers)
        settled = [self._settle(one, alert, answer) for one, answer in zip(due, answers, strict=True)]
        if left := len(waiting) - sum(settled):
            why = next((answer.why for answer in answers if answer.outcome is Outcome.LATER), "not so soon")
            raise DeliveryError(f"{left} of {len(waiting)} devices could not be told: {why}")

    def _post(self, due: Sequence[Subscription], alert: Alert, ttl: int) -> list[Answer]:
        body = message(alert, self._settings.cameras)
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(ttl),
            "Topic": topic(alert),
            "Urgency": "high",
        }
        try:
            return self._loop.submit(self._send_all(due, body, headers)).result()
        except (LoopClosedError, CancelledError) as error:
            raise DeliveryError("we are stopping") from error

    async def _send_all(
        self, due: Sequence[Subscription], body: bytes, headers: Mapping[str, str]
    ) -> list[Answer]:
        return await asyncio.gather(*(self._send(one, body, headers) for one in due))

    async def _send(self, one: Subscription, body: bytes, headers: Mapping[str, str]) -> Answer:
        if not self._settings.services.serve(one.endpoint):
            return Answer(Outcome.GONE, "its push service is not one that may be used")
        service = origin(one.endpoint)
        signed = authorization(self._settings.key, service, self._settings.contact)
        sealed = encrypt(body, one.p256dh, one.auth)
        try:
            async with (
                asyncio.timeout(_ANSWER),
                self._client.stream(
                    "POST", one.endpoint, content=sealed, headers={**headers, "Authorization": signed}
                ) as response,
            ):
                words = "" if response.is_success else await _beginning(response)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:  # TimeoutError is an OSError
            why = f"{service} can't be reached: {str(error) or type(error).__name__}"
            return Answer(Outcome.LATER, why[:_WORDS], away=True)
        now = self._clock.now().wall
        return read(response.status_code, response.headers.get("Retry-After", ""), words, now)

    def _settle(self, one: Subscription, alert: Alert, answer: Answer) -> bool:
        """Note what came of it; False where the device is to be tried again."""
        if answer.outcome is Outcome.TOLD:
            self._rests.pop(one.id, None)
            self._book.told(one, alert)
        elif answer.outcome is Outcome.GONE:
            self._rests.pop(one.id, None)
            logger.info("a device at %s is told no more: %s", origin(one.endpoint), answer.why)
            self._book.forget(one.id)
        else:
            self._put_to_rest(one, answer)
        return answer.outcome is not Outcome.LATER

    def _put_to_rest(self, one: Subscription, answer: Answer) -> None:
        rest = self._rests.setdefault(one.id, _Rest())
        level = logging.DEBUG if rest.backoff.failures else logging.WARNING
        logger.log(level, "a device can't be told, trying again: %s", answer.why)
        wait = max(answer.wait, rest.backoff.next_delay())
        # Away services come back for all at once; the outbox waits for that, half a minute at most.
        rest.until = self._clock.now().monotonic + (min(wait, 30.0) if answer.away else wait)

    def _rest(self, one: Subscription) -> _Rest:
        return self._rests.get(one.id) or _Rest()

    def _note_reach(self, answers: Collection[Answer]) -> None:
        if not answers:
            return
        away = all(answer.away for answer in answers)
        why = next((answer.why for answer in answers), "")
        self._health = PartHealth(PartState.DEGRADED, why) if away else PartHealth(PartState.OK)


async def _beginning(response: httpx2.Response) -> str:
    """The first words of a refusal, as text for the log."""
    async for chunk in response.aiter_bytes(_WORDS):
        return " ".join(chunk[:_WORDS].decode(errors="replace").split())
    return ""
