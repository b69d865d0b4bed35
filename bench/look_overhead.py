"""`look_overhead_ms`: from the message that shows a visitor to its alert over MQTT, less the model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing.connection import Connection
from statistics import median

from bench import camera_side, model_side, mqtt_side, product
from bench.mqtt_side import Heard
from bench.record import Record, Target, percentile, timing
from genai.openai_judge import VlmJudge
from genai.settings import Provider, ProviderSettings

_JOBS = 10
_LATENCY = 0.05
"""Seconds the model takes."""
_CYCLE = 2.0
"""Seconds between a camera's visitors: the scene is judged clear in between, so that a job re-arms."""


def run(*, quick: bool) -> list[Record]:
    rounds = 4 if quick else 12
    apart = _measure([f"camera{n}" for n in range(_JOBS)], rounds)
    together = _measure(["camera"], rounds)
    versus = "trigger published to MQTT received, less the model's own time; {} alerts of 10 jobs {}"
    apart_is = versus.format(sum(map(len, apart)), "on 10 cameras at 5 fps")
    together_is = versus.format(sum(map(len, together)), "woken by one trigger at once")
    return [
        *_records("look_overhead_ms", apart, apart_is, Target(10, at_most=True), Target(30, at_most=True)),
        *_records("look_overhead_burst_ms", together, together_is, None, None),
    ]


def _records(
    name: str, rounds: list[list[float]], versus: str, middle: Target | None, tail: Target | None
) -> list[Record]:
    """Medians and 95th percentiles of all, judged by how they differ from round to round."""
    everything = [ms for one in rounds for ms in one]
    p50s, p95s = [median(one) for one in rounds], [percentile(one, 95) for one in rounds]
    return [
        timing(f"{name}_p50", median(everything), "ms", versus, middle, repetitions=p50s),
        timing(f"{name}_p95", percentile(everything, 95), "ms", versus, tail, repetitions=p95s),
    ]


def _measure(cameras: list[str], rounds: int) -> list[list[float]]:
    """Overheads in ms, round by round; ten jobs share the cameras evenly."""
    with ExitStack() as parts:
        port = parts.enter_context(mqtt_side.broker())
        heard = parts.enter_context(mqtt_side.subscriber(port))
        url = parts.enter_context(model_side.answering(_LATENCY))
        judge = VlmJudge(
            ProviderSettings(
                name="stub", provider=Provider.OPENAI, base_url=url, model="stub", max_concurrent=_JOBS
            )
        )
        parts.callback(judge.close)
        running = parts.enter_context(product.running(cameras, judge, concurrency=_JOBS, mqtt_port=port))
        script = camera_side.Script(cameras=tuple(cameras), fps=5.0, cycle=_CYCLE)
        street = parts.enter_context(camera_side.filming(running.endpoint, script))
        jobs = [running.watch(cameras[n % len(cameras)], f"somebody is there ({n})") for n in range(_JOBS)]
        product.wait_until(lambda: all(running.jobs.get(job.id).looks for job in jobs), "the initial looks")
        street.let_visitors_in()
        return [[alert.overhead * 1000 for alert in _next_round(heard)] for _ in range(rounds + 1)][1:]


def _next_round(heard: Connection) -> Iterator[Heard]:
    """One alert of each job. Raises TimeoutError when one does not come, or comes twice."""
    jobs: set[str] = set()
    for _ in range(_JOBS):
        if not heard.poll(3 * _CYCLE):
            raise TimeoutError(f"only {len(jobs)} of {_JOBS} alerts came")
        alert: Heard = heard.recv()
        jobs.add(alert.job_id)
        yield alert
    if len(jobs) < _JOBS:
        raise TimeoutError(f"{_JOBS} alerts came of {len(jobs)} jobs only")
