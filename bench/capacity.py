"""`capacity_*`: how many cameras this machine carries at 5 fps, and what each of them costs."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from shutil import copyfile
from statistics import median, quantiles
from typing import Final

import av
import cv2
import psutil

from bench import films, growth, house, naive
from bench.house import Measured, measure
from bench.machine import computes_in_bfloat16
from bench.record import Record, Target, count, percentile, timing
from frigate_ext.capture.picture import Scaler
from frigate_ext.demo.street import Street
from frigate_ext.detect.detector import DetectorSettings
from frigate_ext.detect.tuning import load_tuned
from frigate_ext.domain.frame import Frame
from frigate_ext.runtime.cache import cache_dir

_SIZE: Final = DetectorSettings().size
"""Of whole frames, on either side."""
_AS_GOOD: Final = 640
"""Of whole frames that show what ours finds in a crowd by areas."""
_SKIPPED: Final = 0.02
"""Share of frames that may be missed by cameras that are carried."""
_FILLED: Final = 0.9
"""Share of all cores' time that is aimed at while nothing is missed."""
_NEAR: Final = 0.05
"""Share of what is carried by which nobody cares to know it better."""
_RINGS_FULL: Final = 11.0
"""Seconds; frames are kept for ten."""
_CROWDED_FIRST: Final = 20
"""Cameras that the search begins with."""
_SERVERS: Final = 5
_EACH: Final = 6
"""Cameras that an RTSP server carries."""
_FLOOR_FRAMES: Final = 120
_AT_REST: Final = 25.0
"""Seconds until quiet cameras are known to be quiet."""


def run(*, quick: bool) -> list[Record]:
    cv2.setNumThreads(1)
    seconds = 5.0 if quick else 8.0
    active, crowded, idle = films.active(), films.courtyard(), films.idle()
    theirs = naive.frames_per_second(active, _SIZE, seconds) / house.FPS
    as_good = naive.frames_per_second(crowded, _AS_GOOD, seconds) / house.FPS
    floor = _floor(active)
    play_active, play_crowded = (
        partial(_play, film, warm_up=_RINGS_FULL, seconds=seconds) for film in (active, crowded)
    )
    play_idle = partial(_play, idle, warm_up=_AT_REST, seconds=seconds)
    grown = [play_active(cameras) for cameras in growth.CAMERAS]
    forty = play_idle(40)
    most_active = search(play_active, grown)
    most_crowded = search(play_crowded, [play_crowded(_CROWDED_FIRST)])
    most_idle = search(play_idle, [forty])
    ten = grown[growth.CAMERAS.index(10)]
    versus = (
        f"naive loop (OpenCV, predict() at {_SIZE} px, BoT-SORT), which carries {theirs:.1f}; ours as usual, "
        f"whole frames and areas at {_SIZE} px; {films.describe(active)}"
    )
    versus_crowded = (
        f"naive loop at {_AS_GOOD} px, which carries {as_good:.1f} and finds as much of this clip "
        f"(see regions_recall_*); {films.describe(crowded)}"
    )
    versus_idle = f"the same naive loop; one camera in six active; {films.describe(idle)}"
    return [
        *_carried("active", most_active, theirs, Target(5 if computes_in_bfloat16() else 4), versus),
        *_carried(
            "crowded", most_crowded, as_good, Target(5 if computes_in_bfloat16() else 4), versus_crowded
        ),
        *_carried("idle", most_idle, theirs, Target(8), versus_idle),
        count(
            "capacity_cpu_to_floor",
            round(most_active.cpu / floor, 2),
            "x",
            f"decoding, and inference of whole frames one by one, and nothing else, {floor:.2f} s a minute; "
            f"{most_active.cameras} cameras, looks at areas included",
            Target(1.5, at_most=True),
        ),
        _cost("many", most_active),
        _cost("40_idle", forty),
        *_over_rtsp(active, seconds),
        *_latencies(ten),
        count(
            "capacity_memory_mb",
            round((ten.memory - grown[0].memory) / 9 / 2**20, 1),
            "MB",
            "a 360p camera more, its last ten seconds included",
            Target(60, at_most=True),
        ),
        *(record for measured in grown for record in _growth(measured)),
    ]


def search(try_with: Callable[[int], Measured], known: Sequence[Measured], *, tries: int = 3) -> Measured:
    """The largest run without too many misses, looked for from what is `known`; else the smallest run."""
    runs = list(known)
    for _ in range(tries):
        if cameras := _next(runs):
            runs.append(try_with(cameras))
    carried = [one for one in runs if one.skipped < _SKIPPED]
    return max(carried, key=_cameras) if carried else min(runs, key=_cameras)


def _next(runs: Sequence[Measured]) -> int | None:
    """Half-way between the most that was carried and the least beyond that was not; None where they are near.

    Where all is well, as many as would keep the cores busy.
    """
    best = max((one for one in runs if one.skipped < _SKIPPED), key=_cameras, default=None)
    carried = best.cameras if best else 0
    too_many = min((one.cameras for one in runs if one.cameras > carried), default=None)
    if best and too_many is None:
        return max(_filling(best), round(carried * 8 / 7))
    middle = (carried + (too_many or 0)) // 2
    return middle if middle > carried * (1 + _NEAR) else None


def _filling(known: Measured) -> int:
    """Cameras that would keep the cores busy, if each cost what it did."""
    return int((os.cpu_count() or 1) * 60 * _FILLED / known.cpu)


def _cameras(measured: Measured) -> int:
    return measured.cameras


def _play(film: Path, cameras: int, *, warm_up: float, seconds: float) -> Measured:
    return measure([film] * cameras, warm_up=warm_up, seconds=seconds)


def _growth(measured: Measured) -> list[Record]:
    """What so many active cameras cost, each or together."""
    many = measured.cameras
    words = f"{many} active cameras in {measured.processes} processes, {measured.skipped:.1%} missed"
    return [
        timing(f"capacity_cpu_{many}", measured.cpu, "s/min", f"CPU of one stream; {words}"),
        timing(f"capacity_missed_{many}", 100 * measured.skipped, "%", words),
        timing(
            f"capacity_p50_{many}", percentile(measured.latencies, 50), "ms", f"decoded to heard; {words}"
        ),
        timing(
            f"capacity_p95_{many}", percentile(measured.latencies, 95), "ms", f"decoded to heard; {words}"
        ),
        count(f"capacity_rss_{many}", measured.memory / 2**20, "MB", f"all processes; {words}"),
    ]


def _carried(content: str, most: Measured, theirs: float, target: Target, versus: str) -> list[Record]:
    carried = most.cameras if most.skipped < _SKIPPED else 0
    seen = (
        f"{most.skipped:.1%} missed of {most.cameras} cameras at {house.FPS:g} fps, {most.idle:.0%} left out"
    )
    return [
        timing(f"capacity_{content}", carried, "cameras", seen),
        count(f"capacity_{content}_ratio", round(carried / theirs, 1), "x", versus, target),
    ]


def _cost(what: str, measured: Measured) -> Record:
    words = f"CPU of one stream of {measured.cameras}, {measured.skipped:.1%} missed"
    return timing(f"capacity_cpu_{what}", measured.cpu, "s/min", words)


def _over_rtsp(film: Path, seconds: float) -> list[Record]:
    """As many streams as some servers carry, which are processes of their own and take cores from us."""
    cameras = _SERVERS * _EACH
    with ExitStack() as parts:
        ours = set(psutil.Process().children(recursive=True))
        urls = [url for _ in range(_SERVERS) for url in _served(film, parts)]
        servers = set(psutil.Process().children(recursive=True)) - ours
        before, begun = house.cpu(servers), time.monotonic()
        streams = measure(urls, warm_up=_RINGS_FULL, seconds=seconds)
        theirs = (house.cpu(servers) - before) / (time.monotonic() - begun) / cameras * 60
    played = measure([film] * cameras, warm_up=_RINGS_FULL, seconds=seconds)
    seen = f"{streams.skipped:.1%} missed of {cameras} cameras"
    words = f"{_SERVERS} servers beside it took {theirs:.2g} s/min for each"
    from_files = (
        f"CPU of one stream of {cameras}, {streams.skipped:.1%} missed; from files {played.cpu:.3g} s/min"
    )
    return [
        timing("capacity_rtsp", cameras if streams.skipped < _SKIPPED else 0, "cameras", f"{seen}; {words}"),
        timing("capacity_cpu_rtsp", streams.cpu, "s/min", from_files),
    ]


def _served(film: Path, parts: ExitStack) -> list[str]:
    """Addresses at a server of its own."""
    folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    names = [copyfile(film, folder / f"{number}.mp4").name for number in range(_EACH)]
    street = parts.enter_context(Street(folder / names[0]))
    return [f"rtsp://127.0.0.1:{street.rtsp_port}/{name}?play_count=0" for name in names]


def _latencies(measured: Measured) -> list[Record]:
    cameras = f"{measured.cameras} cameras"
    versus = f"a frame decoded to its objects at a subscriber, {cameras}"
    quarter = max(2, len(measured.latencies) // 4)
    parts = [measured.latencies[at : at + quarter] for at in range(0, 4 * quarter, quarter)]
    age = f"a frame's own time in its stream to its objects at a subscriber, {cameras}"
    return [
        _latency("p50", median, parts, Target(25, at_most=True), versus),
        _latency("p95", lambda part: quantiles(part, n=20)[18], parts, Target(60, at_most=True), versus),
        timing("capacity_age_ms_p50", percentile(measured.ages, 50), "ms", age),
        timing("capacity_age_ms_p95", percentile(measured.ages, 95), "ms", age),
    ]


def _latency(
    name: str,
    of: Callable[[Sequence[float]], float],
    parts: Sequence[Sequence[float]],
    target: Target,
    versus: str,
) -> Record:
    values = [of(part) for part in parts if len(part) > 1]
    return timing(f"capacity_latency_ms_{name}", median(values), "ms", versus, target, repetitions=values)


def _floor(film: Path) -> float:
    """CPU seconds that a minute of the stream takes when every frame is decoded, every third looked at."""
    detector = load_tuned(DetectorSettings(), cache_dir())
    frames = _frames(film)
    for frame in islice(frames, 20):
        detector.infer(frame)
    begun = time.process_time()
    for frame in islice(frames, _FLOOR_FRAMES):
        detector.infer(frame)
    used = time.process_time() - begun
    detector.close()
    return used / (_FLOOR_FRAMES / house.FPS) * 60


def _frames(film: Path) -> Iterator[Frame]:
    """Those that are detected on, for ever."""
    scaler = Scaler(None)
    while True:
        with av.open(str(film)) as container:
            container.streams.video[0].codec_context.thread_count = 1
            for number, decoded in enumerate(container.decode(video=0)):
                if number % (films.FPS // round(house.FPS)) == 0:
                    yield Frame("floor", 0.0, *scaler.planes(decoded))
