"""Delivers committed alerts: at least once, oldest first, whoever goes away meanwhile."""

from __future__ import annotations

import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping

from frigate_ext.domain.look import Alert
from frigate_ext.errors import DeliveryError, FrigateExtError, NotFoundError, StoreError
from frigate_ext.notify.notifier import Notifier
from frigate_ext.runtime.clock import Clock, Deadline, SystemClock
from frigate_ext.runtime.health import PartHealth, PartState, worst
from frigate_ext.runtime.worker import Worker
from frigate_ext.store import Delivery, Store

logger = logging.getLogger(__name__)

_BATCH = 50
_DAY = 86400.0
_IDLE = 30.0
"""Seconds after which a lane looks again, even where nobody has kicked it."""


def retry_delay(failures: int, jitter: float, *, first: float = 2.0, cap: float = 300.0) -> float:
    """Seconds to wait after so many failures (>= 1); `jitter` is 0..1 and takes away up to half.

    Method: "equal jitter", M. Brooker, "Exponential Backoff and Jitter" (2015).
    """
    return min(cap, first * 2.0 ** min(failures - 1, 30)) * (1.0 - 0.5 * jitter)


class Outbox:
    """One lane, with a thread of its own, for each notifier: one that is broken holds up nobody else.

    Starts, stops and joins like a Worker.
    """

    def __init__(
        self,
        store: Store,
        notifiers: Mapping[str, Notifier],
        *,
        clock: Clock | None = None,
        jitter: Callable[[], float] = random.random,
        expire_after: float = 7 * _DAY,
    ) -> None:
        """`expire_after`: seconds after which an alert that could not be delivered is given up."""
        self._store = store
        self._clock = clock or SystemClock()
        self._jitter = jitter
        self._expire_after = expire_after
        self._lanes = [self._lane(name, notifier) for name, notifier in notifiers.items()]
        self._left: list[Lane] = []

    def _lane(self, name: str, notifier: Notifier) -> Lane:
        return Lane(
            name,
            notifier,
            self._store,
            clock=self._clock,
            jitter=self._jitter,
            expire_after=self._expire_after,
        )

    def start(self) -> None:
        """Begin with what an earlier run has left. Raises StoreError."""
        self._drop_orphans()
        for lane in self._lanes:
            lane.start()

    def exchange(self, notifiers: Mapping[str, Notifier]) -> None:
        """Deliver through these from now on: what waits for one of the same name goes through the new one.

        For one thread, after `start`. Raises StoreError.
        """
        known = {lane.notifier: lane for lane in self._lanes}
        for name, lane in known.items():
            if name in notifiers:
                lane.exchange(notifiers[name])
            else:
                lane.stop()
                self._left.append(lane)
        fresh = [self._lane(name, one) for name, one in notifiers.items() if name not in known]
        self._lanes = [*(lane for name, lane in known.items() if name in notifiers), *fresh]
        for lane in fresh:
            lane.start()
        self._drop_orphans()

    def expire_after(self, seconds: float) -> None:
        """Give alerts up after so long from now on."""
        self._expire_after = seconds
        for lane in self._lanes:
            lane.expire_after = seconds

    def _drop_orphans(self) -> None:
        if dropped := self._store.deliveries.drop_all_but([lane.notifier for lane in self._lanes]):
            logger.warning("dropped %d deliveries to notifiers that are not configured any more", dropped)

    def kick(self) -> None:
        """Something has been committed, or a notifier can be reached again: look now. Never blocks."""
        for lane in self._lanes:
            lane.wake()

    def stop(self) -> None:
        for lane in self._lanes:
            lane.stop()

    def join(self, timeout: float | None = None) -> bool:
        deadline = Deadline(timeout) if timeout is not None else None
        return all(
            lane.join(deadline.remaining() if deadline else None) for lane in [*self._lanes, *self._left]
        )

    def outcomes(self) -> dict[str, Counter[str]]:
        """How tries to deliver ended since the start, by notifier."""
        return {lane.notifier: lane.outcomes.copy() for lane in self._lanes}

    def health(self) -> PartHealth:
        return worst(lane.health() for lane in self._lanes)


class Lane(Worker):
    """Delivers the alerts of one notifier."""

    def __init__(
        self,
        name: str,
        notifier: Notifier,
        store: Store,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        expire_after: float,
    ) -> None:
        super().__init__(f"fx-outbox-{name}")
        self.notifier = name
        self._notifier = notifier
        self._store = store
        self._clock = clock
        self._jitter = jitter
        self.expire_after = expire_after
        self._given_up = 0
        """Alerts, since the last one that was delivered."""
        self.outcomes = Counter[str]()
        """Tries since the start: `delivered`, `failed`, and alerts that were given up: `expired`."""
        self._kicked = threading.Event()
        self._outages = 0
        self._trouble: PartHealth | None = None

    def wake(self) -> None:
        self._kicked.set()

    def exchange(self, notifier: Notifier) -> None:
        """Deliver through another one from the next try on."""
        self._notifier = notifier
        self._kicked.set()

    def died(self, error: Exception) -> None:
        self._trouble = PartHealth(PartState.FAILED, f"{self.notifier}: delivers no more alerts: {error}")

    def health(self) -> PartHealth:
        """Degraded while alerts wait because of a failure, and from giving some up until the next success."""
        if self._trouble is None and self._given_up:
            return PartHealth(PartState.DEGRADED, f"{self._given_up} alerts never reached {self.notifier}")
        return self._trouble or PartHealth(PartState.OK)

    def run(self) -> None:
        while not self.stopping.is_set():
            self._kicked.clear()
            wait = self.deliver_due()
            self._kicked.wait(wait)

    def deliver_due(self) -> float:
        """Try every row that is due; returns the seconds until the next one may be."""
        try:
            while rows := self._store.deliveries.due(self._clock.now().wall, _BATCH, self.notifier):
                for row in rows:
                    if self.stopping.is_set():
                        return 0.0
                    if not self._try(row):
                        self._give_up()
                        return self._pause()
            self._outages = 0
            return self._until_next()
        except StoreError as error:
            logger.warning("%s: alerts wait, trying again soon: %s", self.notifier, error)
            self._trouble = PartHealth(PartState.DEGRADED, f"alerts wait for {self.notifier}: {error}")
            return self._pause()

    def _try(self, row: Delivery) -> bool:
        """Deliver a row or put it off; False when the notifier is away and no row has a chance."""
        notifier = self._notifier  # may be exchanged meanwhile
        try:
            self._hand_over(row, notifier)
        except NotFoundError:
            return True
        except DeliveryError as error:
            return self._failed(row, error, notifier)
        self._store.deliveries.delivered(row, self._clock.now().wall)
        self._given_up = 0
        self.outcomes["delivered"] += 1
        return True

    def _hand_over(self, row: Delivery, notifier: Notifier) -> None:
        """Raises DeliveryError for any fault of the notifier; NotFoundError and StoreError as they are."""
        try:
            notifier.deliver(*self._alert(row))
        except FrigateExtError:
            raise
        except Exception as error:  # the last resort of one alert: it waits, the others go on
            logger.exception("%s: alert %s meets a fault", self.notifier, row.alert_id)
            raise DeliveryError(f"a fault ({error})") from error

    def _failed(self, row: Delivery, error: DeliveryError, notifier: Notifier) -> bool:
        self.outcomes["failed"] += 1
        level = logging.DEBUG if self._trouble else logging.WARNING
        logger.log(level, "%s: alert %s waits: %s", self.notifier, row.alert_id, error)
        self._trouble = PartHealth(PartState.DEGRADED, f"alerts wait for {self.notifier}: {error}")
        if notifier.health().state is not PartState.OK:
            return False
        now = self._clock.now().wall
        self._store.deliveries.failed(row.id, str(error), now + retry_delay(row.attempts + 1, self._jitter()))
        return True

    def _give_up(self) -> None:
        """Forget alerts that are too old to be news. Each had its try: this comes after one."""
        now = self._clock.now().wall
        if expired := self._store.deliveries.expire(self.notifier, now, now - self.expire_after):
            days = self.expire_after / _DAY
            logger.warning("%s: gave up %d alerts after %g days", self.notifier, expired, days)
            self._given_up += expired
            self.outcomes["expired"] += expired

    def _alert(self, row: Delivery) -> tuple[Alert, tuple[bytes, ...]]:
        alert = self._store.alerts.get(row.alert_id)
        pictures = (self._store.alerts.evidence(alert.id, n) for n in range(alert.evidence))
        return alert, tuple(jpeg for jpeg in pictures if jpeg is not None)

    def _pause(self) -> float:
        self._outages += 1
        return retry_delay(self._outages, self._jitter(), first=1.0, cap=_IDLE)

    def _until_next(self) -> float:
        if self._trouble is not None:
            self._give_up()
        at = self._store.deliveries.next_try_at(self.notifier)
        if at is None:
            self._trouble = None
            return _IDLE
        return min(_IDLE, max(0.0, at - self._clock.now().wall))
