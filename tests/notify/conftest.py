"""Real brokers, and a subscriber that shares no code with what it listens to."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from iotcore import Broker

from frigate_ext.demo.street import free_port
from frigate_ext.domain.look import Alert, AlertKind
from frigate_ext.domain.watch import Job, JobState, Mode, Origin, Phase, Watch
from frigate_ext.notify.connection import Connection
from frigate_ext.notify.mqtt import MqttNotifier, MqttSettings

JOB = Job(
    id="job-1",
    watch=Watch(name="parcels", camera="porch", condition="a parcel is on the porch", mode=Mode.ONCE),
    origin=Origin.API,
    state=JobState.RUNNING,
    phase=Phase.WATCHING,
    created_at=1000.0,
)
ALERT = Alert(
    id="alert-1",
    kind=AlertKind.CONDITION,
    job_id="job-1",
    camera="porch",
    condition="a parcel is on the porch",
    message="Parcel!",
    reasoning="A parcel lies on the mat.",
    time=1001.0,
    frame_time=1000.5,
    judged_by="detector",
    confidence=0.9,
    evidence=1,
)


def wait_until(check, seconds=8.0):
    """Wait until `check` holds; for facts of other processes that nobody announces."""
    tick, deadline = threading.Event(), time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, "did not happen"
        tick.wait(0.02)
    return found


def answers(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
        return True
    return False


class Embedded:
    """iotcore: rumqttd as a child process. It hangs up on payloads over `max_payload`, and on MQTT v5."""

    name = "iotcore"

    def __init__(self, folder, password=None, max_payload=1 << 20):
        self.port = free_port()
        self._max_payload = max_payload
        self._config = folder / "rumqttd.toml" if password else None
        if password:
            self._config.write_text(RUMQTTD.format(port=self.port, password=password))
        self._broker = None

    def start(self):
        if self._config:
            self._broker = Broker(config_path=str(self._config))
        else:
            self._broker = Broker(port=self.port, listen="127.0.0.1", max_payload_size=self._max_payload)
        self._broker.start()

    def kill(self):
        self._broker._process.kill()
        self.stop()

    def stop(self):
        self._broker.stop()


RUMQTTD = """
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
fx = "{password}"
"""


class Mosquitto:
    """The reference broker, where it is installed."""

    name = "mosquitto"

    def __init__(self, folder, password=None, max_payload=None, tls=None, remembers=False):
        """One that remembers keeps what it retains over a stop."""
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        lines = [f"listener {self.port} 127.0.0.1", "user root", "log_dest none"]
        lines += [f"max_packet_size {max_payload}"] if max_payload else []
        lines += [f"certfile {tls.crt}", f"keyfile {tls.key}"] if tls else []
        lines += ["persistence true", f"persistence_location {folder}/"] if remembers else []
        if password:
            passwords = folder / "passwords"
            subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "fx", password], check=True)
            lines += ["allow_anonymous false", f"password_file {passwords}"]
        else:
            lines += ["allow_anonymous true"]
        self._config.write_text("\n".join(lines) + "\n")
        self._process = None

    def start(self):
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._process = subprocess.Popen([program, "-c", self._config], stderr=subprocess.DEVNULL)
        wait_until(lambda: answers(self.port))

    def kill(self):
        self._process.kill()
        self._process.wait(5.0)

    def stop(self):
        self._process.terminate()
        self._process.wait(5.0)


def need_mosquitto():
    if shutil.which("mosquitto") or Path("/usr/sbin/mosquitto").exists():
        return
    message = "mosquitto is not installed"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def embedded(tmp_path):
    """Start an embedded broker."""
    yield from _started(Embedded, tmp_path)


@pytest.fixture
def mosquitto(tmp_path):
    """Start Mosquitto."""
    need_mosquitto()
    yield from _started(Mosquitto, tmp_path)


@pytest.fixture(params=["iotcore", "mosquitto"])
def start_broker(request):
    """Start a broker; every test that asks for it runs over each kind."""
    return request.getfixturevalue("embedded" if request.param == "iotcore" else "mosquitto")


def _started(kind, folder):
    brokers = []

    def start(**options):
        broker = kind(folder, **options)
        broker.start()
        brokers.append(broker)
        return broker

    yield start
    for broker in brokers:
        broker.stop()


@dataclass
class Heard:
    topic: str
    payload: bytes
    retained: bool
    qos: int

    @property
    def json(self):
        return json.loads(self.payload)


@dataclass
class Subscriber:
    """Hears everything, in order, from the moment it is made."""

    port: int
    user: str | None = None
    password: str | None = None
    ca_certs: str | None = None
    heard: list = field(default_factory=list)

    def __post_init__(self):
        self._changed = threading.Condition()
        self._subscribed = threading.Event()
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(self.user, self.password)
        if self.ca_certs:
            self._client.tls_set(self.ca_certs)
        self._client.on_connect = lambda client, *_: client.subscribe("#", 1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", self.port)
        self._client.loop_start()
        assert self._subscribed.wait(5.0)

    def _on_message(self, client, userdata, message):
        with self._changed:
            self.heard.append(Heard(message.topic, message.payload, message.retain, message.qos))
            self._changed.notify_all()

    def wait_for(self, topic, payload=None, *, seconds=8.0):
        """The first message on a topic, heard or yet to come (with that payload, where one is given)."""

        def found():
            return next((m for m in self.heard if m.topic == topic and payload in (None, m.payload)), None)

        with self._changed:
            assert self._changed.wait_for(found, seconds), (
                f"{topic} {payload!r}: {[m.topic for m in self.heard]}"
            )
            return found()

    def on(self, topic):
        return [message for message in self.heard if message.topic == topic]

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def eventually():
    """Wait until a check holds."""
    return wait_until


@dataclass
class Certificate:
    crt: str
    key: str


@pytest.fixture
def certificate(tmp_path):
    """A self-signed certificate for 127.0.0.1."""
    made = Certificate(str(tmp_path / "tls.crt"), str(tmp_path / "tls.key"))
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=fx"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    run = [*command.split(), *names, "-keyout", made.key, "-out", made.crt]
    subprocess.run(run, check=True, capture_output=True)
    return made


@pytest.fixture
def subscribe():
    subscribers = []

    def subscribe(broker, **credentials):
        subscribers.append(Subscriber(broker.port, **credentials))
        return subscribers[-1]

    yield subscribe
    for subscriber in subscribers:
        subscriber.close()


@pytest.fixture
def start_notifier():
    """Start a notifier; `until_connected` False does not wait for the broker's consent."""
    notifiers = []

    def start(port, *, until_connected=True, connected=None, **settings):
        came = threading.Event()
        plain = MqttSettings(host="127.0.0.1", port=port, **settings)
        notifier = MqttNotifier(plain, connected=connected or came.set)
        notifiers.append(notifier)
        notifier.start()
        assert not until_connected or came.wait(8.0), notifier.health()
        return notifier

    yield start
    for notifier in notifiers:
        notifier.stop()
    for notifier in notifiers:
        assert notifier.join(5.0)


@pytest.fixture
def gate(monkeypatch):
    """An event; cleared, it keeps notifiers from connecting until a subscriber is in place."""
    gate, connect = threading.Event(), Connection.open
    gate.set()

    def connect_when_open(connection, stopping):
        gate.wait(8.0)
        connect(connection, stopping)

    monkeypatch.setattr(Connection, "open", connect_when_open)
    return gate


@pytest.fixture
def job():
    return JOB


@pytest.fixture
def make_job():
    return lambda number, **changes: replace(JOB, id=f"job-{number}", **changes)


@pytest.fixture
def alert():
    return ALERT
