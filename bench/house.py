"""A real detection process over films that play at their own pace, and what it costs."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import default_endpoint
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.bus.subscriber import Subscriber
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.detect.detector import DetectorSettings
from frigate_ext.detection_process import CameraSettings, DetectionService, DetectionSettings
from frigate_ext.domain.camera import SkipReason
from frigate_ext.pipeline import PipelineSettings
from frigate_ext.runtime.cache import cache_dir

FPS = 5.0
LABELS = ("person", "car", "bicycle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Over some seconds with so many cameras."""

    cameras: int
    skipped: float
    """Share of the frames due at 5 fps that were neither detected on nor left out because nothing moved."""
    idle: float
    """Share that was left out for that."""
    cpu: float
    """Seconds of a core per minute of one stream."""
    memory: int
    """Bytes, resident."""
    latencies: list[float]
    """Milliseconds from a frame's own time to its objects at a subscriber, in the order of arrival."""


@dataclass
class _Heard:
    """What the bus said, under a lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    last: dict[str, CameraUpdate] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    def note(self, update: CameraUpdate) -> None:
        with self.lock:
            self.last[update.camera] = update
            if update.frame_time is not None:
                self.latencies.append(time.time() - update.frame_time)

    def counts(self) -> tuple[int, int]:
        """Frames detected on or rightly left out, and the latter alone."""
        with self.lock:
            stats = [update.stats for update in self.last.values()]
        idle = sum(each.skips.get(SkipReason.IDLE, 0) for each in stats)
        return sum(each.frames - each.skipped for each in stats), idle


def measure(films: Sequence[Path | str], *, warm_up: float, seconds: float) -> Measured:
    """One camera for each film, which may be the same, or address of a stream. The detector's default sizes.

    What serves the streams is another process, whose CPU time does not count.
    """
    with _running(films) as (heard, service):
        _wait_until_all_are_heard(heard, len(films))
        time.sleep(warm_up)
        process = psutil.Process(service.stats().pid)
        heard.latencies.clear()
        before, cpu, begun = heard.counts(), _cpu(process), time.monotonic()
        time.sleep(seconds)
        after, passed = heard.counts(), time.monotonic() - begun
        due = len(films) * FPS * passed
        return Measured(
            cameras=len(films),
            skipped=max(0.0, 1 - (after[0] - before[0]) / due),
            idle=(after[1] - before[1]) / due,
            cpu=(_cpu(process) - cpu) / passed / len(films) * 60,
            memory=process.memory_info().rss,
            latencies=[seconds * 1000 for seconds in heard.latencies],
        )


@contextmanager
def _running(films: Sequence[Path | str]) -> Iterator[tuple[_Heard, DetectionService]]:
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        endpoint, heard = default_endpoint(folder), _Heard()
        settings = DetectionSettings(
            cameras=tuple(_camera(folder, number, film) for number, film in enumerate(films)),
            detector=DetectorSettings(),
            endpoint=endpoint,
            cache=cache_dir(),
            log_level="error",
        )
        service = DetectionService(settings)
        for part in (Broker(endpoint), Subscriber(endpoint, [heard.note]), service):
            part.start()
            parts.callback(part.join, 5.0)
            parts.callback(part.stop)
        yield heard, service


def _camera(folder: Path, number: int, film: Path | str) -> CameraSettings:
    name = f"camera-{number}"
    url = str(_of_its_own(folder, number, film)) if isinstance(film, Path) else film
    return CameraSettings(
        name=name,
        stream=StreamSettings(url=url, loop=True, max_fps=FPS),
        pipeline=PipelineSettings(camera=name, labels=LABELS, fps=FPS),
    )


def _of_its_own(folder: Path, number: int, film: Path) -> Path:
    """The film by another name: cameras that share an address share its reader."""
    path = folder / f"camera-{number}.mp4"
    path.symlink_to(film)
    return path


def _wait_until_all_are_heard(heard: _Heard, cameras: int) -> None:
    deadline = time.monotonic() + 60.0
    while len({name for name, update in dict(heard.last).items() if update.stats.frames}) < cameras:
        if time.monotonic() > deadline:
            raise TimeoutError(f"of {cameras} cameras only {len(heard.last)} were heard")
        time.sleep(0.1)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
