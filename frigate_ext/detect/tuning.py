"""How a detector runs best on this machine: measured once for each model, machine and version, then kept."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from frigate_ext.detect import weights
from frigate_ext.detect.detector import (
    Backend,
    Busy,
    Detector,
    DetectorSettings,
    Precision,
    choose_backend,
    load_detector,
    nobody,
)
from frigate_ext.detect.graphics_card import has_card
from frigate_ext.detect.sample import sample_frame
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import iou
from frigate_ext.domain.objects import Detection
from frigate_ext.errors import ModelError
from frigate_ext.runtime.download import sha256_of

logger = logging.getLogger(__name__)

Load = Callable[[DetectorSettings], Detector]

_RUNS = 12
_WORTH = 0.6
"""Share of the time that more threads may leave: they cost CPU time that decoders need."""
_SURE = 0.5
"""Score of detections that must be the same in every precision."""
_ENOUGH = 0.95
"""Agreement from which the faster precision may be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to run a model."""

    backend: Backend
    precision: Precision
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Best of some runs on one picture."""

    way: Way
    milliseconds: float
    cpu_milliseconds: float
    """Of all threads together."""
    agreement: float
    """Share of what the same weights surely find in 32 bits that was found with the same label and place."""

    @property
    def undisturbed(self) -> float:
        """Milliseconds that it takes when nothing else runs: one thread's processor time tells, always."""
        alone = self.way.threads == 1
        return min(self.milliseconds, self.cpu_milliseconds) if alone else self.milliseconds


def ways(backends: Iterable[Backend]) -> Iterator[Way]:
    """What can be tried, for each backend the reference (32 bits, one thread) first."""
    cores = len(os.sched_getaffinity(0))
    for backend in backends:
        for precision in _precisions(backend):
            for threads in sorted({1, 2, cores}):
                if threads <= cores:
                    yield Way(backend=backend, precision=precision, threads=threads)


def _precisions(backend: Backend) -> tuple[Precision, ...]:
    """32 bits, and 16 where this machine computes in them."""
    if backend == "openvino" and "bf16" in _flags():
        return "f32", "bf16"
    return ("f32", "f16") if backend == "ultralytics" and has_card() else ("f32",)


def measure(settings: DetectorSettings, load: Load, frame: Frame, tried: Iterable[Way]) -> Iterator[Measured]:
    """Time each way as it is loaded; the first that works is the reference of the others.

    One that does not is left out, with a log line; raises ModelError when none does.
    """
    reference: list[Detection] | None = None
    failure = ModelError("there is no way to run it")
    for way in tried:
        try:
            found, wall, cpu = _tried(settings, load, frame, way)
        except ModelError as error:
            logger.warning("it does not run with %s in %s: %s", way.backend, way.precision, error)
            failure = error
            continue
        reference = found if reference is None else reference
        yield Measured(
            way=way,
            milliseconds=1000 * wall,
            cpu_milliseconds=1000 * cpu,
            agreement=agreement(reference, found),
        )
    if reference is None:
        raise failure


def _tried(
    settings: DetectorSettings, load: Load, frame: Frame, way: Way
) -> tuple[list[Detection], float, float]:
    """What it finds, and the seconds it takes at best: of the clock, and of all cores."""
    chosen = replace(settings, backend=way.backend, precision=way.precision, threads=way.threads)
    with closing(load(chosen)) as detector:
        found = detector.infer(frame)
        wall, cpu = zip(*(_timed(detector, frame) for _ in range(_RUNS)), strict=True)
    return found, min(wall), min(cpu)


def _timed(detector: Detector, frame: Frame) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    detector.infer(frame)
    return time.perf_counter() - wall, time.process_time() - cpu


def agreement(reference: Iterable[Detection], found: Iterable[Detection]) -> float:
    """Share of the reference's sure detections that were found again; 1 without any."""
    same, sure = found_again(reference, found)
    return same / sure if sure else 1.0


def found_again(reference: Iterable[Detection], found: Iterable[Detection]) -> tuple[int, int]:
    """How many of the reference's sure detections have one of the same label and IoU >= 0.8; of how many."""
    others = list(found)
    sure = [wanted for wanted in reference if wanted.score >= _SURE]
    same = sum(any(o.label == w.label and iou(o.box, w.box) >= 0.8 for o in others) for w in sure)  # noqa: PLR2004 - said above
    return same, len(sure)


def best(measured: Iterable[Measured]) -> Way:
    """The fastest that finds the same; each further thread must be worth what it takes from the decoders.

    On a machine that is busy meanwhile more threads don't show their worth: one stays.
    """
    faithful = [each for each in measured if each.agreement >= _ENOUGH]
    chosen, *others = sorted(faithful, key=lambda each: (each.way.threads, each.undisturbed))
    for other in others:
        more = other.way.threads > chosen.way.threads
        if other.undisturbed < chosen.undisturbed * (_WORTH if more else 1):
            chosen = other
    return chosen.way


def load_tuned(settings: DetectorSettings, cache: Path, busy: Busy = nobody) -> Detector:
    """`load_detector`, with what the settings leave open chosen for this machine."""
    return load_detector(tuned(settings, cache, busy), cache, busy)


def tuned(settings: DetectorSettings, cache: Path, busy: Busy = nobody) -> DetectorSettings:
    """Precision and threads filled in: as kept in `cache`, else measured, which blocks for seconds.

    Where nothing can be kept nothing is measured, and the backend chooses.
    """
    if settings.threads and settings.precision != "auto":
        return settings
    source = weights.locate(settings.weights, cache, trusted=settings.trusted_sha256)
    backend = choose_backend(settings.backend, source)
    kept = cache / "tuning" / f"{_key(settings, source, backend)}.json"
    way = _read(kept) or _find(settings, cache, backend, kept, busy)
    if way is None:
        return settings
    logger.info("%s runs in %s on %d threads", source.name, way.precision, way.threads)
    precision = way.precision if settings.precision == "auto" else settings.precision
    return replace(settings, backend=backend, precision=precision, threads=settings.threads or way.threads)


def _find(settings: DetectorSettings, cache: Path, backend: Backend, kept: Path, busy: Busy) -> Way | None:
    """Measure, and keep what came of it; None where it can't be kept."""
    if not os.access(cache, os.W_OK):
        return None
    logger.info("measuring how %s runs best here, once", settings.weights)
    load = partial(load_detector, cache=cache, busy=busy)
    table = list(measure(settings, load, sample_frame(), ways([backend])))
    way = best(table)
    _write(kept, way, table)
    return way


def _key(settings: DetectorSettings, source: Path, backend: Backend) -> str:
    """Whatever may change the answer: weights, input, machine, library."""
    content = sha256_of(source) if source.is_file() else str(source.resolve())
    parts = [content, backend, str(settings.size), _flags(), str(len(os.sched_getaffinity(0)))]
    parts += [_version(package) for package in ("openvino", "onnxruntime", "torch")]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _flags() -> str:
    """The processor's model and abilities, as Linux tells them."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return "|".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _read(file: Path) -> Way | None:
    try:
        return Way(**json.loads(file.read_text())["way"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(file: Path, way: Way, table: list[Measured]) -> None:
    """Readers see all of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}")
    partial.write_text(
        json.dumps({"way": asdict(way), "measured": [asdict(each) for each in table]}, indent=1)
    )
    partial.replace(file)
