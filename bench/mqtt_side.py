"""Whoever is told over MQTT: a broker in one process, a subscriber in another."""

from __future__ import annotations

import json
import multiprocessing
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from bench.children import wait_for_parent
from bench.product import wait_until
from frigate_ext.demo.street import free_port, stop_process


class Heard(NamedTuple):
    """An alert as it came in: whose, about which frame, and the seconds from that frame, less the model's."""

    job_id: str
    frame_time: float
    overhead: float


@contextmanager
def broker() -> Iterator[int]:
    """Port of the embedded broker."""
    port = free_port()
    command = [sys.executable, "-m", "frigate_ext.demo.broker", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(port), "the MQTT broker")
        yield port
    finally:
        stop_process(process)


@contextmanager
def subscriber(port: int) -> Iterator[Connection]:
    """A connection from which a `Heard` can be received for each alert."""
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    child = context.Process(target=_listen, args=(port, tell), daemon=True)
    child.start()
    tell.close()  # so that a child which fails to start ends the wait below
    try:
        told.recv()  # subscribed
        yield told
    finally:
        child.terminate()
        child.join()


def _listen(port: int, tell: Connection) -> None:
    def heard(_client: Client, _userdata: Any, message: MQTTMessage) -> None:
        now = time.time()
        alert = json.loads(message.payload)
        overhead = now - alert["frame_time"] - float(alert["reasoning"])
        tell.send(Heard(alert["job_id"], alert["frame_time"], overhead))

    client = Client(CallbackAPIVersion.VERSION2)
    client.on_subscribe = lambda *_: tell.send(None)
    client.on_message = heard
    client.connect("127.0.0.1", port)
    client.subscribe("frigate_ext/camera_monitoring", qos=1)
    client.loop_start()
    wait_for_parent()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
