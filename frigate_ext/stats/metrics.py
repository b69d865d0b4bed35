"""What `GET /api/metrics` says. Labels are names in the configuration and enums: never ids or texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.watch import Job
from frigate_ext.runtime.health import PartHealth
from frigate_ext.runtime.processes import Usage
from frigate_ext.stats.document import Totals
from frigate_ext.stats.exposition import Exposition, Sample
from frigate_ext.stats.tally import BOUNDS, Tallied

_RATES = ("camera_fps", "process_fps", "skipped_fps", "detection_fps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything there is to say, at one moment."""

    version: str
    uptime: float
    totals: Totals
    tallied: Tallied
    cameras: Mapping[str, CameraUpdate | None]
    """None: nothing heard from it yet."""
    jobs: Iterable[Job]
    """Those that have not ended."""
    deliveries: Mapping[str, Mapping[str, int]]
    """By notifier and outcome."""
    waiting: Mapping[str, int]
    """Deliveries that wait, by notifier."""
    parts: Mapping[str, PartHealth]
    """Without the cameras."""
    processes: Mapping[str, Usage]
    store_bytes: int
    bus_messages: int
    detection_restarts: Mapping[str, int]
    """By detection process, as `overload`."""
    overload: Mapping[str, int]
    main_streams_away: Mapping[str, bool]
    """By camera that is watched and has a main stream."""
    full_pictures: Mapping[str, int]
    """Of alerts, by outcome."""


def exposition(figures: Figures) -> str:
    """The page, in Prometheus' text format."""
    page = Exposition()
    page.gauge("info", "The release that runs.", [({"version": figures.version}, 1)])
    page.gauge("uptime_seconds", "Since the start.", [({}, figures.uptime)])
    heard = {name: update for name, update in figures.cameras.items() if update}
    _say_cameras(page, figures.cameras, heard)
    _say_frames(page, heard)
    _say_jobs(page, figures)
    _say_alerts(page, figures)
    _say_machine(page, figures)
    return page.text()


def _say_cameras(
    page: Exposition, cameras: Mapping[str, CameraUpdate | None], heard: Mapping[str, CameraUpdate]
) -> None:
    page.gauge(
        "camera_state",
        "1 for the state that a camera is in.",
        _states({name: update.state if update else CameraState.STARTING for name, update in cameras.items()}),
    )
    for rate in _RATES:
        page.gauge(rate, "Per second, lately; as in Frigate.", _each(heard, attrgetter(f"stats.{rate}")))
    page.gauge(
        "inference_seconds",
        "Mean of the last inferences.",
        _each(heard, lambda u: u.stats.inference_ms / 1000),
    )
    page.gauge("objects", "Tracked objects that are believed.", _each(heard, _real))


def _say_frames(page: Exposition, heard: Mapping[str, CameraUpdate]) -> None:
    page.counter("frames_total", "Frames that were due.", _each(heard, lambda u: u.stats.frames))
    page.counter(
        "frames_left_out_total",
        "Of these, not detected on: idle is no loss, quiet and late are for want of time.",
        [
            ({"camera": name, "reason": reason.value}, count)
            for name, update in heard.items()
            for reason, count in update.stats.skips.items()
        ],
    )
    page.counter("reconnects_total", "Times a stream came back.", _each(heard, lambda u: u.stats.reconnects))


def _say_jobs(page: Exposition, figures: Figures) -> None:
    states = Counter((job.state.value, job.phase.value if job.phase else "") for job in figures.jobs)
    page.gauge(
        "jobs",
        "Watch jobs that have not ended.",
        [({"state": state, "phase": phase}, count) for (state, phase), count in states.items()],
    )
    page.counter(
        "looks_total",
        "Looks, by who answered and what.",
        [
            ({"provider": provider, "answer": answer}, count)
            for (provider, answer), count in figures.tallied.looks.items()
        ],
    )
    page.counter("tokens_total", "As providers report them.", _by("provider", figures.tallied.tokens))
    page.histogram(
        "judge_seconds",
        "From the question to the answer.",
        BOUNDS,
        [
            ({"provider": provider}, one.counts, one.total)
            for provider, one in figures.tallied.latencies.items()
        ],
    )


def _say_alerts(page: Exposition, figures: Figures) -> None:
    page.counter("alerts_total", "Alerts.", _by("kind", figures.tallied.alerts))
    page.counter(
        "deliveries_total",
        "Tries to deliver an alert.",
        [
            ({"notifier": notifier, "outcome": outcome}, count)
            for notifier, outcomes in figures.deliveries.items()
            for outcome, count in outcomes.items()
        ],
    )
    page.gauge("deliveries_waiting", "Alerts that wait to be delivered.", _by("notifier", figures.waiting))
    page.counter(
        "full_pictures_total", "Alerts, by whether they got one.", _by("outcome", figures.full_pictures)
    )
    away = figures.main_streams_away
    page.gauge("main_stream_away", "1 while there are no pictures of it.", _by("camera", away))


def _say_machine(page: Exposition, figures: Figures) -> None:
    page.gauge(
        "part_state",
        "1 for the state that a part of the program is in.",
        [({"part": name, "state": part.state.value}, 1) for name, part in figures.parts.items()],
    )
    page.counter("bus_messages_total", "Facts heard.", [({}, figures.bus_messages)])
    page.counter("bus_lost_total", "Facts that never came.", [({}, figures.totals.bus_lost)])
    page.counter("errors_total", "Errors logged.", [({}, figures.totals.errors)])
    restarts, overload = figures.detection_restarts, figures.overload
    page.counter("detection_restarts_total", "Of each detection process.", _by("process", restarts))
    page.gauge("detection_overload", "0 while there is time for every frame.", _by("process", overload))
    page.gauge("store_bytes", "In use in the data folder.", [({}, figures.store_bytes)])
    used = figures.processes.items()
    page.counter("cpu_seconds_total", "Of each process.", [({"process": n}, u.cpu_seconds) for n, u in used])
    page.gauge("memory_bytes", "Resident, of each process.", [({"process": n}, u.memory) for n, u in used])
    page.gauge("threads", "Of each process.", [({"process": n}, u.threads) for n, u in used])


def _each(heard: Mapping[str, CameraUpdate], value: Callable[[CameraUpdate], float]) -> Iterable[Sample]:
    return [({"camera": name}, value(update)) for name, update in heard.items()]


def _by(label: str, counts: Mapping[str, int]) -> Iterable[Sample]:
    return [({label: name}, count) for name, count in counts.items()]


def _states(states: Mapping[str, CameraState]) -> Iterable[Sample]:
    return [
        ({"camera": name, "state": each.value}, float(each is state))
        for name, state in states.items()
        for each in CameraState
    ]


def _real(update: CameraUpdate) -> float:
    return sum(seen.is_real for seen in update.objects)
