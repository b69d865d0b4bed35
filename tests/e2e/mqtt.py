"""A real MQTT broker that asks for a password, and a witness that shares no code with the program."""

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import paho.mqtt.client as paho
from iotcore import Broker
from paho.mqtt import publish

from frigate_ext.demo.street import free_port
from tests.e2e.waiting import until

USER, PASSWORD = "fx", "s3cret-of-the-broker"

_CONFIG = """
id = 0
[router]
id = 0
max_connections = 100
max_outgoing_packet_count = 200
max_segment_size = 1048576
max_segment_count = 10
[v4.1]
name = "v4-1"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1
[v4.1.connections]
connection_timeout_ms = 60000
max_payload_size = 1048576
max_inflight_count = 100
dynamic_filters = true
[v4.1.connections.auth]
{user} = "{password}"
"""


class MqttBroker:
    """rumqttd in a process of its own; forgets everything when it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._config = folder / "rumqttd.toml"
        self._config.write_text(_CONFIG.format(port=self.port, user=USER, password=PASSWORD))
        self._broker: Any = None

    def start(self) -> None:
        self._broker = Broker(config_path=str(self._config))
        self._broker.start()

    def stop(self) -> None:
        self._broker.stop()


@dataclass(frozen=True)
class Message:
    topic: str
    payload: bytes
    retained: bool
    qos: int

    @property
    def document(self) -> Any:
        return json.loads(self.payload)


class Witness:
    """Hears everything below `prefix` from when it is made; a context manager."""

    def __init__(self, port: int, prefix: str) -> None:
        self._messages: list[Message] = []
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(USER, PASSWORD)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{prefix}/#", 1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._take
        self._prefix, self._port = prefix, port

    def __enter__(self) -> Self:
        until(self._connected, 10, "the broker accepts a connection")
        self._client.loop_start()
        assert self._subscribed.wait(10)
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def on(self, topic: str) -> list[Message]:
        """What came on `<prefix>/<topic>` so far."""
        with self._changed:
            return [message for message in self._messages if message.topic == f"{self._prefix}/{topic}"]

    def wait(self, topic: str, payload: bytes | None = None, seconds: float = 10.0) -> Message:
        """The first message on `<prefix>/<topic>`, with that payload where one is given."""

        def found() -> Message | None:
            return next((m for m in self.on(topic) if payload in (None, m.payload)), None)

        return until(found, seconds, f"{topic} {payload!r}")

    def alerts(self, job_id: str) -> list[Any]:
        documents = [message.document for message in self.on("camera_monitoring")]
        return [document for document in documents if document["job_id"] == job_id]

    def _connected(self) -> bool:
        try:
            self._client.connect("127.0.0.1", self._port)
        except OSError:
            return False
        return True

    def _take(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        heard = Message(message.topic, bytes(message.payload), message.retain, message.qos)
        with self._changed:
            self._messages.append(heard)


def retain(port: int, topic: str, payload: bytes) -> None:
    """Have a broker remember something that somebody told it before."""
    publish.single(
        topic,
        payload,
        qos=1,
        retain=True,
        hostname="127.0.0.1",
        port=port,
        auth={"username": USER, "password": PASSWORD},
    )
