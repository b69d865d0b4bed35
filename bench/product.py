"""The main process's parts around watch jobs, put together as the application does, without YAML and HTTP."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import default_endpoint
from frigate_ext.bus.frames import FrameClient
from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.subscriber import Sink, Subscriber
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.look import Alert, Look
from frigate_ext.domain.watch import Job, Limits, Mode, Origin, Watch
from frigate_ext.notify.mqtt import MqttNotifier, MqttSettings
from frigate_ext.outbox import Outbox
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.runtime.clock import SystemClock
from frigate_ext.runtime.worker import Worker
from frigate_ext.store import Store
from genai.judge import Judge
from jobs.manager import JobManager

_Part = Worker | Outbox | JobManager

_UNLIMITED = Limits(min_interval=0.05, looks_per_hour=100_000, alerts_per_hour=100_000)


@dataclass(frozen=True, slots=True)
class Product:
    endpoint: str
    store: Store
    jobs: JobManager
    subscriber: Subscriber
    frames: FrameClient
    latest: LatestUpdates

    def watch(self, camera: str, condition: str, *, every: float = 300.0) -> Job:
        """Start a standing watch that may look and alert as often as it likes; `every` is its heartbeat."""
        watch = Watch(
            name=condition,
            camera=camera,
            condition=condition,
            mode=Mode.STANDING,
            duration=None,
            cooldown=0.0,
            limits=replace(_UNLIMITED, max_interval=every),
        )
        return self.jobs.start_job(watch, Origin.API)


@contextmanager
def running(
    cameras: Sequence[str],
    judge: Judge,
    *,
    concurrency: int,
    mqtt_port: int | None = None,
    sinks: Sequence[Sink] = (),
    hear: Callable[[Job], None] = lambda _: None,
) -> Iterator[Product]:
    """Every part started, on a data folder of its own on the disk that holds the user's cache.

    `hear` is told of every job that changes, as the product's own listeners are.
    """
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=cache_dir())))
        endpoint = default_endpoint(folder)
        store = Store.open(folder)
        parts.callback(store.close)
        broker, frames, latest = Broker(endpoint), FrameClient(endpoint), LatestUpdates()
        mqtt = None if mqtt_port is None else MqttNotifier(MqttSettings(host="127.0.0.1", port=mqtt_port))
        outbox = Outbox(store, {mqtt.name: mqtt} if mqtt else {})
        jobs = JobManager(
            cameras={name: Camera(name, name, ("person",), ()) for name in cameras},
            frames=frames,
            latest=latest,
            judge=judge,
            concurrency=concurrency,
            store=store,
            clock=SystemClock(),
            listener=_Announcer(mqtt, outbox, hear),
            notifiers=(mqtt.name,) if mqtt else (),
        )
        subscriber = Subscriber(endpoint, [latest, jobs.note, *sinks])
        members: list[_Part] = [broker, frames, *([mqtt] if mqtt else []), outbox, jobs, subscriber]
        for part in members:
            part.start()
            parts.callback(_stop, part)
        yield Product(endpoint, store, jobs, subscriber, frames, latest)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)


@dataclass(frozen=True, slots=True)
class _Announcer:
    mqtt: MqttNotifier | None
    outbox: Outbox
    hear: Callable[[Job], None]

    def job_changed(self, job: Job) -> None:
        self.hear(job)
        if self.mqtt:
            self.mqtt.job_changed(job)

    def job_deleted(self, job: Job) -> None:
        if self.mqtt:
            self.mqtt.job_deleted(job.id)

    def look_finished(self, look: Look, job: Job) -> None: ...

    def alert_committed(self, alert: Alert) -> None:  # noqa: ARG002 - the outbox asks the store
        self.outbox.kick()


def _stop(part: _Part) -> None:
    part.stop()
    part.join(5.0)
