"""How everything is, in the words of each who asks: health, statistics, metrics, loads over time."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from config.reload import Reloader
from frigate_ext import __version__
from frigate_ext.app.ways import Ways
from frigate_ext.bus.broker import Broker
from frigate_ext.bus.frames import FrameClient
from frigate_ext.bus.latest import Latest, LatestUpdates
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.bus.subscriber import Subscriber
from frigate_ext.detection_process import DetectionFleet
from frigate_ext.domain.camera import Camera, CameraState
from frigate_ext.domain.document import Document
from frigate_ext.domain.watch import JobState
from frigate_ext.full_pictures import FullPictures
from frigate_ext.recorder import Recorder
from frigate_ext.retention import Retention
from frigate_ext.runtime.clock import Clock, Moment
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.logging import ErrorCount
from frigate_ext.runtime.processes import Processes, Usage
from frigate_ext.stats import Figures, Tally, Totals, exposition, stats_document
from frigate_ext.store import Store
from genai.exchange import ExchangeableJudge
from genai.fallback import FallbackJudge
from genai.known import Fact
from genai.text_finder import TextFinder
from jobs.manager import MAX_RUNNING, JobManager

_UNFINISHED = tuple(state for state in JobState if not state.final)
_SIGHT = {CameraState.ONLINE: PartState.OK, CameraState.STARTING: PartState.DEGRADED}


@dataclass(frozen=True, kw_only=True)
class Report:
    """Reads what the parts say of themselves; safe to call from several threads."""

    data_dir: Path
    clock: Clock
    started: Moment
    errors: ErrorCount
    cameras: Mapping[str, Camera]
    store: Store
    judge: ExchangeableJudge
    broker: Broker
    frames: FrameClient
    subscriber: Subscriber
    latest: LatestUpdates
    detection: DetectionFleet
    jobs: JobManager
    recorder: Recorder
    ways: Ways
    retention: Retention
    reloader: Reloader
    full_pictures: FullPictures
    processes: Processes
    tally: Tally
    text_finder: Callable[[], TextFinder | None]
    """The one there is now."""

    def health(self) -> Mapping[str, PartHealth]:
        return self._part_health() | {f"camera {name}": self._camera(name) for name in self.cameras}

    def _camera(self, name: str) -> PartHealth:
        sight, main_stream = _sight(self.latest.get(name)), self.full_pictures.health().get(name)
        return main_stream if main_stream and sight.state is PartState.OK else sight

    def _part_health(self) -> dict[str, PartHealth]:
        parts = {
            "bus": self._bus_health(),
            **self.detection.health(),
            "store": self.store.health(),
            "jobs": self.jobs.health(),
            "judge": _outside(self.judge.health()),
            "recorder": self.recorder.health(),
            "outbox": self.ways.outbox.health(),
            "retention": self.retention.health(),
            "config": self.reloader.health(),
        }
        if mqtt := self.ways.mqtt:
            parts["mqtt"] = _outside(mqtt.health())
        if push := self.ways.push:
            parts["web push"] = push.health()
        if text_finder := self.text_finder():
            parts["text finder"] = text_finder.health()
        return parts

    def _bus_health(self) -> PartHealth:
        if self.broker.is_alive and self.subscriber.is_alive and self.frames.is_alive:
            return PartHealth(PartState.OK, f"{self.subscriber.counts.lost} messages lost")
        return PartHealth(PartState.FAILED, "a thread of the bus has ended")

    def stats(self) -> Document:
        cameras, pids = self._heard(), self._pids()
        now = self.clock.now()
        return stats_document(
            version=__version__,
            uptime=now.monotonic - self.started.monotonic,
            now=now.wall,
            data_dir=self.data_dir,
            detection=self.detection.stats(),
            places=self.detection.places(),
            cameras=cameras,
            expected_fps=self._expected_fps(),
            totals=self._totals(cameras),
            processes=pids,
            used=self._used(pids),
        )

    def metrics(self) -> str:
        cameras, detection = self._heard(), self.detection.stats()
        figures = Figures(
            version=__version__,
            uptime=self.clock.now().monotonic - self.started.monotonic,
            totals=self._totals(cameras),
            tallied=self.tally.view(),
            cameras=cameras,
            jobs=self.jobs.list_jobs(_UNFINISHED, None, MAX_RUNNING, None).items,
            deliveries=self.ways.outbox.outcomes(),
            waiting=self.waiting(),
            parts=self._part_health(),
            processes=self._used(self._pids()),
            store_bytes=self.store.size(),
            bus_messages=self.subscriber.counts.messages,
            detection_restarts={name: one.restarts for name, one in detection.items()},
            overload={name: one.overload for name, one in detection.items()},
            main_streams_away=self.full_pictures.away(),
            full_pictures=self.full_pictures.outcomes(),
        )
        return exposition(figures)

    def waiting(self) -> dict[str, int]:
        return {name: self.store.deliveries.pending(name) for name in self.ways.notifiers}

    def judges(self) -> dict[str, PartHealth]:
        judge = self.judge.current
        return judge.members() if isinstance(judge, FallbackJudge) else {judge.name: judge.health()}

    def facts(self) -> dict[str, tuple[Fact, ...]]:
        judge = self.judge.current
        return judge.facts() if isinstance(judge, FallbackJudge) else {}

    def load(self) -> dict[str, float]:
        """What is shown over time; see `Loads`."""
        stats = [update.stats for update in self._heard().values() if update]
        loads = {
            "fps": sum(one.process_fps for one in stats),
            "skipped": sum(one.skipped_fps for one in stats),
        }
        for name, used in self._used(self._pids()).items():
            loads |= {f"cpu {name}": used.cpu, f"memory {name}": float(used.memory)}
        return loads

    def _heard(self) -> dict[str, CameraUpdate | None]:
        heard = self.latest.view()
        return {name: heard[name].update if name in heard else None for name in self.cameras}

    def _pids(self) -> dict[str, int]:
        detection = {name: pid for name, pid in self.detection.pids().items() if pid}
        return {"main": os.getpid()} | detection

    def _used(self, pids: Mapping[str, int]) -> dict[str, Usage]:
        """What these processes take, and nodes on their hosts."""
        used = self.processes.usage(pids.values())
        nodes = {name: one.used for name, one in self.detection.stats().items() if one.used}
        return {name: used[pid] for name, pid in pids.items() if pid in used} | nodes

    def _expected_fps(self) -> dict[str, float]:
        return {name: float(one.detect.fps) for name, one in self.reloader.config.cameras.items()}

    def _totals(self, cameras: Mapping[str, CameraUpdate | None]) -> Totals:
        return Totals(
            frames=sum(update.stats.frames for update in cameras.values() if update),
            tracked_objects=self.recorder.objects,
            looks=self.jobs.looks,
            alerts=self.jobs.alerts,
            bus_lost=self.subscriber.counts.lost,
            errors=self.errors.errors + sum(one.errors for one in self.detection.stats().values()),
        )


def _outside(health: PartHealth) -> PartHealth:
    """What is not ours to start is away, not starting."""
    return replace(health, state=PartState.DEGRADED) if health.state is PartState.STARTING else health


def _sight(latest: Latest | None) -> PartHealth:
    if latest is None:
        return PartHealth(PartState.DEGRADED, "nothing heard from it yet")
    if latest.silent:
        return PartHealth(PartState.DEGRADED, "its detection process is silent")
    update = latest.update
    return PartHealth(_SIGHT.get(update.state, PartState.DEGRADED), update.detail or update.state.value)
