"""One MQTT connection, from CONNECT to its end: paho-mqtt speaks, the thread and the waits are ours."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from frigate_ext.errors import DeliveryError
from frigate_ext.notify.messages import Message
from frigate_ext.notify.settings import MqttSettings
from frigate_ext.runtime.clock import Deadline

Acknowledged = Callable[[DeliveryError | None], None]
"""Called in the connection's thread: None when the broker has confirmed, else what it said instead."""

_CLOSED_UNANSWERED = "the broker closed the connection without an answer (wrong user or password?)"
_SLICE = 0.1
"""Seconds between two looks at whether anybody still wants the connection that is being made."""
_AROUND_PAYLOAD = 512
"""Bytes that a packet's header and topic take at most."""
_FAILURE = 0x80
"""MQTT v5 reason codes from here on are failures."""


class BrokerError(DeliveryError):
    """The broker can't be reached, or does not let us in: try again later."""


class UnsupportedProtocolError(BrokerError):
    """The broker does not seem to speak MQTT v5."""


class Connection:
    """Not thread-safe: made, used and closed by one thread, and of no use once it has ended."""

    def __init__(self, settings: MqttSettings, protocol: int, client_id: str, will: Message) -> None:
        self._settings = settings
        self._v5 = protocol == MQTTv5
        self._accepted = False
        self._ended: BrokerError | None = None
        self._waiting: dict[int, Acknowledged] = {}
        self.max_payload = settings.max_payload
        self._client = self._make_client(client_id, will)

    def open(self, stopping: Callable[[], bool]) -> None:
        """Connect and wait for the broker's consent: two connect timeouts at most, or until `stopping`.

        Raises BrokerError.
        """
        try:
            self._client.connect(self._settings.host, self._settings.port, self._settings.keepalive)
        except (OSError, ValueError) as error:
            self.close()
            raise BrokerError(_in_words(error)) from error
        deadline = Deadline(self._settings.connect_timeout)
        while not self._accepted and self.alive and not (stopping() or deadline.passed):
            self.wait(_SLICE)
        if not self._accepted:
            self.close()
            raise self._ended or BrokerError("the broker accepts connections but does not answer")

    @property
    def alive(self) -> bool:
        return self._client.socket() is not None

    @property
    def idle(self) -> bool:
        """Whether all that was published has left for the network."""
        return not self._client.want_write()

    @property
    def ended(self) -> BrokerError:
        """Why the connection is over."""
        return self._ended or BrokerError("the connection to the broker was closed")

    def publish(self, message: Message, acknowledged: Acknowledged | None = None) -> None:
        """Send without waiting; `acknowledged` needs a QoS of 1 or 2 and is called exactly once."""
        info = self._client.publish(message.topic, message.payload, message.qos, message.retain)
        if acknowledged:
            self._waiting[info.mid] = acknowledged

    def wait(self, seconds: float, wakeup: int | None = None) -> None:
        """Exchange what is due with the broker; returns after that or after `seconds`.

        Returns early, too, when the file descriptor `wakeup` becomes readable.
        """
        if (sock := self._client.socket()) is None:
            return
        poller = select.poll()
        if wakeup is not None:
            poller.register(wakeup, select.POLLIN)
        poller.register(sock, select.POLLIN if self.idle else select.POLLIN | select.POLLOUT)
        buffered = isinstance(sock, ssl.SSLSocket) and sock.pending() > 0
        events = dict(poller.poll(0 if buffered else seconds * 1000))
        if events.get(sock.fileno(), 0) & ~select.POLLOUT or buffered:
            self._client.loop_read()
        if not self.idle:
            self._client.loop_write()
        self._client.loop_misc()

    def disconnect(self) -> None:
        """Say goodbye, so that the broker does not publish our last will; `wait` until not `alive`."""
        self._client.disconnect()

    def close(self) -> None:
        """Hang up, and tell everybody who still waits for an acknowledgement."""
        if sock := self._client.socket():
            sock.close()
        waiting, self._waiting = self._waiting, {}
        for acknowledged in waiting.values():
            acknowledged(self.ended)

    def _make_client(self, client_id: str, will: Message) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=MQTTv5 if self._v5 else MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = self._settings.connect_timeout
        client.will_set(will.topic, will.payload, will.qos, will.retain)
        client.username_pw_set(self._settings.user, self._settings.password)
        client.on_socket_open = _send_at_once
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        self._set_tls(client)
        return client

    def _set_tls(self, client: Client) -> None:
        settings = self._settings
        if settings.tls_ca_certs is None:
            return
        try:
            client.tls_set(settings.tls_ca_certs, settings.tls_client_cert, settings.tls_client_key)
        except (OSError, ValueError) as error:
            raise BrokerError(f"the certificates for MQTT can't be used: {error}") from error
        client.tls_insecure_set(settings.tls_insecure)

    def _on_connect(self, _client: Client, _userdata: Any, _flags: Any, reason: Any, properties: Any) -> None:
        if not reason.is_failure:
            self._accepted = True
            if limit := getattr(properties, "MaximumPacketSize", None):
                self.max_payload = min(self.max_payload, limit - _AROUND_PAYLOAD)
        elif self._v5 and reason.getName() == "Unsupported protocol version":
            self._ended = UnsupportedProtocolError(str(reason))
        else:
            self._ended = BrokerError(f"the broker refuses us: {reason}")

    def _on_disconnect(
        self, _client: Client, _userdata: Any, flags: Any, reason: Any, _properties: Any
    ) -> None:
        if self._ended is not None:
            return
        if self._accepted:
            by_broker = flags.is_disconnect_packet_from_server
            self._ended = BrokerError(
                f"the broker hung up: {reason}" if by_broker else "the connection was lost"
            )
        else:
            self._ended = (UnsupportedProtocolError if self._v5 else BrokerError)(_CLOSED_UNANSWERED)

    def _on_publish(self, _client: Client, _userdata: Any, mid: int, reason: Any, _properties: Any) -> None:
        if acknowledged := self._waiting.pop(mid, None):
            refused = reason.value >= _FAILURE
            acknowledged(DeliveryError(f"the broker refuses the message: {reason}") if refused else None)


def _send_at_once(_client: Client, _userdata: Any, sock: Any) -> None:
    """Alerts are small and urgent: no Nagle."""
    with suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _in_words(error: OSError | ValueError) -> str:
    reason = "no answer" if isinstance(error, TimeoutError) else getattr(error, "strerror", None) or error
    return f"the broker can't be reached: {reason}"
