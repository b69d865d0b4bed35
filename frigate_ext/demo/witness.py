"""An MQTT subscriber that shares no code with the publisher: it counts what really arrives."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion


@dataclass(frozen=True, slots=True)
class Received:
    """One alert as it came in, and the seconds since the frame it is about."""

    alert_id: str
    kind: str
    latency: float | None
    document: dict[str, Any]


class Witness:
    """Subscribes to `<prefix>/camera_monitoring`; redeliveries count once."""

    def __init__(self, port: int, prefix: str) -> None:
        self._topic = f"{prefix}/camera_monitoring"
        self._received: dict[str, Received] = {}
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="frigate-ext-demo-witness")
        self._client.on_connect = lambda client, *_: client.subscribe(self._topic, qos=1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._take
        self._port = port

    def start(self, timeout: float = 10.0) -> bool:
        """Connect and subscribe; True when the broker has confirmed."""
        self._client.connect("127.0.0.1", self._port)
        self._client.loop_start()
        return self._subscribed.wait(timeout)

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def received(self) -> list[Received]:
        with self._changed:
            return list(self._received.values())

    def wait_for(self, alert_ids: set[str], timeout: float) -> bool:
        """Whether all of these have arrived, waiting for them if need be."""
        with self._changed:
            return self._changed.wait_for(lambda: alert_ids <= self._received.keys(), timeout)

    def _take(self, _client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        now = time.time()
        document = json.loads(message.payload)
        frame_time = document["frame_time"]
        received = Received(
            document["alert_id"], document["kind"], now - frame_time if frame_time else None, document
        )
        with self._changed:
            self._received.setdefault(received.alert_id, received)
            self._changed.notify_all()
