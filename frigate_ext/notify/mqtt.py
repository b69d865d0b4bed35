"""Alerts, job states and evidence over MQTT."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from frigate_ext.domain.look import Alert, AlertStatus
from frigate_ext.domain.watch import Job
from frigate_ext.errors import DeliveryError
from frigate_ext.notify.board import Board
from frigate_ext.notify.connection import Acknowledged, BrokerError, Connection, UnsupportedProtocolError
from frigate_ext.notify.messages import OFFLINE, ONLINE, Message, Messages
from frigate_ext.notify.settings import MqttSettings
from frigate_ext.runtime.backoff import Backoff
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.wakeup import Wakeup
from frigate_ext.runtime.worker import Worker

__all__ = ["MqttNotifier", "MqttSettings"]

logger = logging.getLogger(__name__)

Outgoing = tuple[Message, Acknowledged | None]

_TICK = 1.0
"""Seconds between two looks at the keep-alive."""
_STABLE = 10.0
"""A connection that held so many seconds was a good one: the next attempt comes at once."""
_GOODBYE = 1.0


class MqttNotifier(Worker):
    """Keeps a connection to the broker from a thread of its own; its methods may be called from any thread.

    `job_changed`, `image_changed` and `job_deleted` never block, and their effect is not lost: after a
    reconnect the retained topics are made right again, and the newest change of each job is told. Alerts
    are the outbox's to try again.
    """

    def __init__(self, settings: MqttSettings, *, connected: Callable[[], None] = lambda: None) -> None:
        """`connected` is called in the notifier's thread at each connect: time to deliver what waits."""
        super().__init__("fx-mqtt")
        self.name = "mqtt"  # as a Notifier; the thread keeps its own
        self._settings = settings
        self._on_connected = connected
        self._client_id = f"frigate_ext-{secrets.token_hex(5)}"
        self._protocol = settings.protocol
        self._messages = Messages(settings.topic_prefix, settings.qos, settings.external_url)
        self._wakeup = Wakeup()
        self._lock = threading.Lock()
        self._board = Board(self._messages)
        self._alerts: deque[tuple[Message, Future[None]]] = deque()
        self._connected = False
        self._showing = False
        self._health = PartHealth(PartState.STARTING, "not connected yet")

    def deliver(self, alert: Alert, evidence: tuple[bytes, ...]) -> None:
        """Publish an alert, then show its last picture on the job's image topic.

        Returns when the broker has confirmed the alert (PUBACK), which may take a few seconds; raises
        DeliveryError, at once where there is no connection.
        """
        receipt: Future[None] = Future()
        with self._lock:
            if not self._connected:
                raise DeliveryError(f"MQTT: {self._health.detail}")
            self._alerts.append((self._messages.alert(alert), receipt))
        self._wakeup.set()
        try:
            receipt.result(self._settings.ack_timeout)
        except TimeoutError as error:
            receipt.cancel()
            raise DeliveryError(f"no acknowledgement in {self._settings.ack_timeout:g} s") from error
        if evidence and alert.status is not AlertStatus.WITHDRAWN:
            self.image_changed(alert.job_id, evidence[-1])

    def job_changed(self, job: Job) -> None:
        """Tell the job's new state, now or when somebody listens again."""
        with self._lock:
            self._board.job_changed(job, heard=self._connected)
        self._wakeup.set()

    def job_known(self, job: Job) -> None:
        """Make the job's retained topics right without telling a change: it is as it was."""
        with self._lock:
            self._board.job_known(job)
        self._wakeup.set()

    def image_changed(self, job_id: str, jpeg: bytes) -> None:
        """Show the last evidence of a job."""
        with self._lock:
            self._board.image_changed(job_id, jpeg)
        self._wakeup.set()

    def job_deleted(self, job_id: str) -> None:
        """Clear what is retained of a job."""
        with self._lock:
            self._board.deleted(job_id)
        self._wakeup.set()

    def health(self) -> PartHealth:
        return self._health

    def wake(self) -> None:
        self._wakeup.set()

    def died(self, error: Exception) -> None:
        self._health = PartHealth(PartState.FAILED, f"stopped working: {error}")

    def run(self) -> None:
        backoff = Backoff()
        with self._wakeup as wakeup:
            while not self.stopping.is_set():
                began = time.monotonic()
                try:
                    self._hold_connection(wakeup)
                except BrokerError as error:
                    if time.monotonic() - began >= _STABLE:
                        backoff.reset()
                    self._wait_after(error, backoff.next_delay())

    def _hold_connection(self, wakeup: int) -> None:
        """One connection, from its beginning until it is lost (BrokerError) or no longer needed."""
        connection = self._connect()
        try:
            self._welcome(connection)
            while not self.stopping.is_set():
                self._say(connection)
                if not connection.alive:
                    raise connection.ended
                connection.wait(_TICK, wakeup)
                self._wakeup.clear()
            self._say_goodbye(connection)
        finally:
            self._fail_waiting(connection)
            connection.close()

    def _connect(self) -> Connection:
        will = self._messages.available(OFFLINE)
        connection = Connection(self._settings, self._protocol, self._client_id, will)
        try:
            connection.open(self.stopping.is_set)
        except UnsupportedProtocolError as error:
            logger.info("MQTT v5 does not work here, going on with v3.1.1: %s", error)
            self._protocol = 4
            return self._connect()
        return connection

    def _welcome(self, connection: Connection) -> None:
        logger.info("connected to the MQTT broker at %s:%d", self._settings.host, self._settings.port)
        connection.publish(self._messages.available(ONLINE))
        with self._lock:
            self._board.start_over()
            self._showing = False
            self._connected = True
            self._health = PartHealth(PartState.OK)
        self._on_connected()

    def _say(self, connection: Connection) -> None:
        """Publish what waits, as long as the network takes it."""
        while connection.idle and connection.alive:
            outgoing = self._next(connection.max_payload)
            if not outgoing:
                return
            for message, acknowledged in outgoing:
                connection.publish(message, acknowledged)

    def _next(self, max_payload: int) -> list[Outgoing]:
        """Alerts first; of pictures one at a time, so that one which the broker can't stand is known."""
        with self._lock:
            while self._alerts:
                message, receipt = self._alerts.popleft()
                if receipt.set_running_or_notify_cancel():
                    return [(message, partial(_settle, receipt))]
            while not self._showing and (messages := self._board.next_messages()):
                if outgoing := [
                    self._outgoing(message) for message in messages if _fits(message, max_payload)
                ]:
                    return outgoing
        return []

    def _outgoing(self, message: Message) -> Outgoing:
        if not message.picture_of:
            return message, None
        self._showing = True
        return message, partial(self._shown, message)

    def _shown(self, message: Message, error: DeliveryError | None) -> None:
        with self._lock:
            self._showing = False
            if error is None:
                self._board.image_confirmed(message.picture_of)
            elif self._board.image_lost(message.picture_of):
                size = len(message.payload)
                logger.warning("the broker hangs up on %s (%d bytes): not shown again", message.topic, size)

    def _say_goodbye(self, connection: Connection) -> None:
        deadline = Deadline(_GOODBYE)
        connection.publish(self._messages.available(OFFLINE))
        connection.disconnect()
        while connection.alive and not deadline.passed:
            connection.wait(deadline.remaining())
        self._health = PartHealth(PartState.DEGRADED, "stopped")

    def _fail_waiting(self, connection: Connection) -> None:
        with self._lock:
            self._connected = False
            waiting, self._alerts = self._alerts, deque()
        for _, receipt in waiting:
            if receipt.set_running_or_notify_cancel():
                receipt.set_exception(connection.ended)

    def _wait_after(self, error: BrokerError, delay: float) -> None:
        if self.stopping.is_set():
            return
        level = logging.DEBUG if self._health.detail.startswith(str(error)) else logging.WARNING
        logger.log(level, "MQTT: %s; trying again in %g s, alerts wait meanwhile", error, delay)
        self._health = PartHealth(PartState.DEGRADED, str(error))
        self.stopping.wait(delay)


def _settle(receipt: Future[None], error: DeliveryError | None) -> None:
    if error is None:
        receipt.set_result(None)
    else:
        receipt.set_exception(error)


def _fits(message: Message, max_payload: int) -> bool:
    if len(message.payload) <= max_payload:
        return True
    logger.warning(
        "%s is not published: %d bytes, at most %d go", message.topic, len(message.payload), max_payload
    )
    return False
