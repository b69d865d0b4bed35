"""A real detection process over films that play at their own pace, and what it costs."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench import films
from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import default_endpoint
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.bus.subscriber import Subscriber
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.detect.detector import DetectorSettings
from frigate_ext.detection_process import CameraSettings, DetectionFleet, DetectionSettings, Sharing
from frigate_ext.detection_process.sharding import processes_for
from frigate_ext.domain.camera import SkipReason
from frigate_ext.pipeline import PipelineSettings
from frigate_ext.runtime.cache import cache_dir

FPS = 5.0
_RUSH = 30.0
"""Seconds for which quiet cameras may still get fewer turns, because all of them have begun at once."""
LABELS = ("person", "car", "bicycle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Over some seconds with so many cameras."""

    cameras: int
    processes: int
    skipped: float
    """Share of the frames due at 5 fps that were neither detected on nor left out because nothing moved."""
    idle: float
    """Share that was left out for that."""
    cpu: float
    """Seconds of a core per minute of one stream."""
    memory: int
    """Bytes, resident."""
    latencies: list[float]
    """Milliseconds from when a frame was decoded to its objects at a subscriber, in the order of arrival."""
    ages: list[float]
    """The same from the frame's own time in its stream."""


@dataclass
class _Heard:
    """What the bus said, under a lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    last: dict[str, CameraUpdate] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)

    def note(self, update: CameraUpdate) -> None:
        with self.lock:
            self.last[update.camera] = update
            if update.frame_time is not None and update.delay is not None:
                now = time.time()
                self.latencies.append(1000 * (update.delay + now - update.time))
                self.ages.append(1000 * (now - update.frame_time))

    def forget_latencies(self) -> None:
        with self.lock:
            self.latencies.clear()
            self.ages.clear()

    def counts(self) -> tuple[int, int]:
        """Frames detected on or rightly left out, and the latter alone."""
        with self.lock:
            stats = [update.stats for update in self.last.values()]
        idle = sum(each.skips.get(SkipReason.IDLE, 0) for each in stats)
        return sum(each.frames - each.skipped for each in stats), idle


def measure(
    streams: Sequence[Path | str], *, warm_up: float, seconds: float, processes: int | None = None
) -> Measured:
    """One camera for each film, which may be the same, or address of a stream. The detector's default sizes.

    `processes` detect, as many as the product would choose by itself where it is None. What serves the
    streams is another process, whose CPU time does not count.
    """
    sharing = Sharing(processes or processes_for(os.cpu_count() or 1, len(streams)))
    with _running(streams, sharing) as (heard, fleet):
        _wait_until_all_are_heard(heard, len(streams))
        time.sleep(warm_up)
        _wait_until_nobody_gives_way(fleet)
        detecting = [psutil.Process(pid) for pid in fleet.pids().values()]
        heard.forget_latencies()
        before, used, begun = heard.counts(), cpu(detecting), time.monotonic()
        time.sleep(seconds)
        after, passed = heard.counts(), time.monotonic() - begun
        due = len(streams) * FPS * passed
        return Measured(
            cameras=len(streams),
            processes=len(detecting),
            skipped=max(0.0, 1 - (after[0] - before[0]) / due),
            idle=(after[1] - before[1]) / due,
            cpu=(cpu(detecting) - used) / passed / len(streams) * 60,
            memory=sum(process.memory_info().rss for process in detecting),
            latencies=list(heard.latencies),
            ages=list(heard.ages),
        )


@contextmanager
def _running(streams: Sequence[Path | str], sharing: Sharing) -> Iterator[tuple[_Heard, DetectionFleet]]:
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        endpoint, heard = default_endpoint(folder), _Heard()
        settings = DetectionSettings(
            cameras=tuple(_camera(folder, number, film) for number, film in enumerate(streams)),
            detector=DetectorSettings(),
            endpoint=endpoint,
            cache=cache_dir(),
            log_level="error",
        )
        fleet = DetectionFleet(settings, sharing)
        for part in (Broker(endpoint), Subscriber(endpoint, [heard.note]), fleet):
            part.start()
            parts.callback(part.join, 5.0)
            parts.callback(part.stop)
        yield heard, fleet


def _camera(folder: Path, number: int, film: Path | str) -> CameraSettings:
    name = f"camera-{number}"
    url = str(_of_its_own(folder, number, film)) if isinstance(film, Path) else film
    return CameraSettings(
        name=name,
        stream=StreamSettings(url=url, loop=True, max_fps=FPS),
        pipeline=PipelineSettings(camera=name, labels=LABELS, fps=FPS),
    )


def _of_its_own(folder: Path, number: int, film: Path) -> Path:
    path = folder / f"camera-{number}.ts"
    films.of_its_own(film, number, path)
    return path


def _wait_until_all_are_heard(heard: _Heard, cameras: int) -> None:
    deadline = time.monotonic() + 60.0
    while len({name for name, update in dict(heard.last).items() if update.stats.frames}) < cameras:
        if time.monotonic() > deadline:
            raise TimeoutError(f"of {cameras} cameras only {len(heard.last)} were heard")
        time.sleep(0.1)


def _wait_until_nobody_gives_way(fleet: DetectionFleet) -> None:
    """The rush of a start is over, or there are too many cameras."""
    deadline = time.monotonic() + _RUSH
    while any(each.overload for each in fleet.stats().values()) and time.monotonic() < deadline:
        time.sleep(0.1)


def cpu(processes: Iterable[psutil.Process]) -> float:
    """Seconds so far."""
    times = [process.cpu_times() for process in processes]
    return sum(float(each.user + each.system) for each in times)
