"""`load_*`, `overload_*`: many jobs ask a model of 300 ms that answers ten at once."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bench.load_run import (
    CAMERAS,
    CAPACITY,
    FPS,
    MODEL_SECONDS,
    PARTS,
    Chats,
    Load,
    Outcome,
    backwards,
    fairness,
    play,
    play_chats,
    waits,
)
from bench.record import Record, Target, count, percentile, timing

_ON_TIME = 1.0
"""Seconds within which a look that is wanted begins: the shortest interval between two looks of a job."""
_OVER = 4.0
_UNDER_LOAD = {100: (10.0, 20.0), 256: (16.0, 64.0)}
"""Seconds between heartbeats, and of a cycle, that ask about 20 looks a second of so many jobs."""


def run(*, quick: bool) -> list[Record]:
    seconds = 24.0 if quick else 45.0
    loads = [Load(jobs, *times, seconds) for jobs, times in _UNDER_LOAD.items()]
    outcomes = [play(load) for load in loads]
    records = [record for pair in zip(loads, outcomes, strict=True) for record in _records(*pair)]
    return [*records, _ratio(outcomes[0], play_chats(loads[0])), *_overload(seconds)]


def _records(load: Load, found: Outcome) -> list[Record]:
    name, looks = f"load_{load.jobs}", list(found.looks.values())
    late = waits(looks, load.every).scheduled
    overheads = [1000 * look.overhead for look in found.timed]
    cpu = [1000 * one for one in found.cpu]
    is_this = (
        f"{load.jobs} jobs on {len(CAMERAS)} cameras, {len(CAMERAS) * FPS:g} messages/s, "
        f"{len(found.timed) / load.seconds:.1f} of {CAPACITY:.0f} looks/s"
    )
    on_time = (
        f"{is_this}: scheduled looks that began within {_ON_TIME:g} s of their time; median "
        f"{median(late):.3f} s late, p95 {percentile(late, 95):.3f} s"
    )
    beyond = f"{is_this}: a look from beginning to committed verdict, less the model's own time"
    work = f"{is_this}: CPU time of the main process, AsyncOpenAI over HTTP/1.1 on loopback, evidence, MQTT"
    return [
        count(f"{name}_on_time", _percent(late), "%", on_time, Target(95)),
        timing(
            f"{name}_overhead_ms_p50",
            median(overheads),
            "ms",
            beyond,
            Target(10, at_most=True),
            repetitions=[median(part) for part in _parts(overheads)],
        ),
        timing(
            f"{name}_overhead_ms_p95",
            percentile(overheads, 95),
            "ms",
            beyond,
            Target(30, at_most=True),
            repetitions=[percentile(part, 95) for part in _parts(overheads)],
        ),
        timing(f"{name}_cpu_ms", median(cpu), "ms", work, Target(10, at_most=True), repetitions=cpu),
        count(
            f"{name}_memory_mb",
            found.memory_mb,
            "MB",
            f"{is_this}: private, a job",
            Target(1.1, at_most=True),
        ),
        count(f"{name}_threads", found.threads, "threads", is_this, Target(load.jobs + 16, at_most=True)),
        count(
            f"{name}_backwards",
            backwards(looks),
            "looks",
            f"{is_this}: at a frame older than the job's last one; {sum(map(len, looks))} looks",
            Target(0, at_most=True),
        ),
    ]


def _ratio(ours: Outcome, theirs: Chats) -> Record:
    pairs = zip(_parts(ours.reactions), _parts(theirs.reactions), strict=True)
    versus = (
        "from a visitor's frame to the verdict, less the model's time: Frigate's loop once per job, "
        f"{median(theirs.reactions):.2f} s, vs {median(ours.reactions):.2f} s with the wait for room; "
        f"a look itself {1000 * median(look.overhead for look in theirs.timed):.0f} vs "
        f"{1000 * median(look.overhead for look in ours.timed):.0f} ms"
    )
    return timing(
        "load_reaction_ratio",
        median(theirs.reactions) / median(ours.reactions),
        "x",
        versus,
        Target(20),
        repetitions=[median(their) / median(our) for our, their in pairs],
    )


def _overload(seconds: float) -> list[Record]:
    jobs = 100
    load = Load(jobs, jobs / (_OVER * CAPACITY) - MODEL_SECONDS, 20.0, seconds)
    looks = list(play(load).looks.values())
    scheduled, triggered = waits(looks, load.every)
    a_round = jobs / CAPACITY
    is_this = f"{jobs} jobs want {_OVER:g} times the looks that the model can do"
    longest = f"{is_this}: longest wait, in rounds of {a_round:.1f} s that one look of each job takes"
    times = f"{median(scheduled):.2f} vs {median(triggered):.2f} s"
    first = f"{is_this}: median wait of scheduled looks vs triggered ones, {times}"
    return [
        count(
            "overload_longest_wait",
            max(*scheduled, *triggered) / a_round,
            "rounds",
            longest,
            Target(3, at_most=True),
        ),
        count(
            "overload_fairness",
            fairness(looks),
            "share",
            f"{is_this}: Jain's index of looks per job",
            Target(0.95),
        ),
        count("overload_trigger_first", median(scheduled) / median(triggered), "x", first, Target(2)),
    ]


def _percent(late: Sequence[float]) -> float:
    return 100 * sum(one <= _ON_TIME for one in late) / len(late)


def _parts(values: Sequence[float]) -> list[Sequence[float]]:
    """In as many parts, in order."""
    size = max(1, len(values) // PARTS)
    return [values[n * size : (n + 1) * size] for n in range(PARTS)]
