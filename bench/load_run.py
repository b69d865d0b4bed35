"""Many watch jobs ask one model for a while: the whole product, in a process of its own."""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice, pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

import openai
import psutil

from bench import camera_side, model_side, mqtt_side, product, scenes
from bench.arrivals import Arrivals, Timed
from bench.chat_loop import ChatLoop
from bench.product import Product
from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import default_endpoint
from frigate_ext.bus.subscriber import Subscriber
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.look import Look, LookReason, LookState
from frigate_ext.domain.verdict import Answer
from frigate_ext.domain.watch import Job, Phase
from genai.openai_judge import VlmJudge
from genai.settings import Provider, ProviderSettings

Played = TypeVar("Played")

MODEL_SECONDS = 0.3
ROOM = 10
"""Requests that the model answers at once."""
CAPACITY = ROOM / MODEL_SECONDS
"""Looks a second."""
CAMERAS = tuple(f"camera{n}" for n in range(8))
FPS = 5.0
PARTS = 6
"""Of a run; how they differ says how noisy it was."""
STANDING = 4
"""People in each camera's view who don't move."""
STAY = 0.1
"""Share of a cycle that a visitor stays."""


@dataclass(frozen=True, slots=True)
class Load:
    """`jobs` share the cameras; each looks `every` so many seconds, and at a visitor once in a `cycle`."""

    jobs: int
    every: float
    cycle: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Times in seconds."""

    looks: dict[str, list[Look]]
    """Of each job, in order."""
    timed: list[Timed]
    """From a looker's turning to a job to the committed verdict."""
    reactions: list[float]
    """From an arrival to the verdict about it, less the model's time; the wait for room is in it."""
    cpu: list[float]
    """Of this process, bus and everything, a look; in each part of the run."""
    memory_mb: float
    """Private, a job."""
    threads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chats:
    """What came of the loop that is compared with; see `Outcome`."""

    timed: list[Timed]
    reactions: list[float]


def play(load: Load) -> Outcome:
    """Run the product."""
    return _alone(_play, load)


def play_chats(load: Load) -> Chats:
    """Run the loop it is compared with."""
    return _alone(_play_chats, load)


def _alone(run: Callable[[Load], Played], load: Load) -> Played:
    """In a process that is there for this alone."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(run, load).result()


def _script(load: Load) -> camera_side.Script:
    return camera_side.Script(cameras=CAMERAS, fps=FPS, standing=STANDING, cycle=load.cycle, stay=STAY)


def _play(load: Load) -> Outcome:
    process, watched, arrivals = psutil.Process(), Stopwatch(), Arrivals()
    with ExitStack() as parts:
        url = parts.enter_context(model_side.answering(MODEL_SECONDS, room=ROOM))
        port = parts.enter_context(mqtt_side.broker())
        settings = ProviderSettings(
            name="stub", provider=Provider.OPENAI, base_url=url, model="stub", max_concurrent=ROOM
        )
        judge = VlmJudge(settings)
        parts.callback(judge.close)
        running = parts.enter_context(
            product.running(CAMERAS, judge, concurrency=ROOM, mqtt_port=port, sinks=[arrivals], hear=watched)
        )
        street = parts.enter_context(camera_side.filming(running.endpoint, _script(load)))
        product.wait_until(lambda: running.subscriber.counts.messages > 0, "the first message")
        before = process.memory_full_info().uss
        _start(running, load)
        street.let_visitors_in()
        watched.forget()
        cpu = [_cpu_a_look(watched, load.seconds / PARTS) for _ in range(PARTS)]
        memory = (process.memory_full_info().uss - before) / load.jobs / 1e6
        threads = threading.active_count()
        timed = watched.timed
        looks = {job_id: _answered(running, job_id) for job_id in watched.jobs}
    return Outcome(
        looks=looks,
        timed=timed,
        reactions=arrivals.reactions(timed),
        cpu=cpu,
        memory_mb=memory,
        threads=threads,
    )


def _play_chats(load: Load) -> Chats:
    arrivals = Arrivals()
    picture = scenes.tiled(scenes.street(1)[0], Size(1280, 720))
    with ExitStack() as parts:
        url = parts.enter_context(model_side.answering(MODEL_SECONDS, room=ROOM))
        endpoint = default_endpoint(Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))))
        broker, heard = Broker(endpoint), Subscriber(endpoint, [arrivals])
        client = parts.enter_context(openai.OpenAI(base_url=url, api_key="none", max_retries=0))
        loops = [
            ChatLoop(number, camera, endpoint=endpoint, client=client, film=lambda: picture, every=load.every)
            for number, camera in enumerate(islice(cycle(CAMERAS), load.jobs))
        ]
        for worker in (broker, heard, *loops):
            parts.callback(worker.join)
            parts.callback(worker.stop)
        broker.start()
        heard.start()
        street = parts.enter_context(camera_side.filming(endpoint, _script(load)))
        for loop in loops:
            loop.start()
            time.sleep(load.every / load.jobs)
        street.let_visitors_in()
        time.sleep(load.seconds)
        timed = [look for loop in loops for look in loop.looks[1:]]
        return Chats(timed=timed, reactions=arrivals.reactions(timed))


def _start(running: Product, load: Load) -> None:
    """All jobs, spread evenly over their interval; returns when each has looked once."""
    jobs = []
    for number in range(load.jobs):
        camera = CAMERAS[number % len(CAMERAS)]
        jobs.append(running.watch(camera, f"somebody walks about ({number})", every=load.every))
        time.sleep(max(load.every, load.jobs / CAPACITY) / load.jobs)
    product.wait_until(lambda: all(running.jobs.get(job.id).looks for job in jobs), "the initial looks")


def _cpu_a_look(watched: Stopwatch, seconds: float) -> float:
    cpu, looks = time.process_time(), len(watched.timed)
    time.sleep(seconds)
    return (time.process_time() - cpu) / max(1, len(watched.timed) - looks)


def _answered(running: Product, job_id: str) -> list[Look]:
    """The looks of a job that got a verdict, in order."""
    looks: list[Look] = []
    cursor, more = None, True
    while more:
        page = running.store.looks.of_job(job_id, 1000, cursor)
        looks += page.items
        cursor = page.next
        more = cursor is not None
    return sorted((one for one in looks if one.state is LookState.DONE), key=lambda look: look.id)


@dataclass
class Stopwatch:
    """Hears of jobs as they change, each from one thread at a time."""

    timed: list[Timed] = field(default_factory=list)
    jobs: dict[str, int] = field(default_factory=dict)
    """Looks of each so far."""
    _began: dict[str, float] = field(default_factory=dict)

    def __call__(self, job: Job) -> None:
        now = time.time()
        if job.looks != self.jobs.setdefault(job.id, 0):
            self.jobs[job.id] = job.looks
            began = self._began.pop(job.id, None)
            if began is not None and job.last_verdict is not None and job.error is None:
                model = float(job.last_verdict.reasoning)
                self.timed.append(Timed(job.id, job.watch.camera, began, now, model))
        elif job.phase is Phase.LOOKING:
            self._began.setdefault(job.id, now)

    def forget(self) -> None:
        """Count from now on."""
        self._began.clear()
        self.timed = []


class Waits(NamedTuple):
    """Seconds from when looks were wanted until they began: by the heartbeat, and by an edge."""

    scheduled: list[float]
    triggered: list[float]


def waits(jobs: Sequence[list[Look]], every: float) -> Waits:
    """What the rows tell. A scheduled look is wanted `every` so many seconds after a verdict of `not met`."""
    pairs = [pair for looks in jobs for pair in pairwise(looks)]
    scheduled = [
        after.started_at - (before.started_at + (before.latency or 0.0) + every)
        for before, after in pairs
        if after.reason is LookReason.SCHEDULED
        and before.verdict is not None
        and before.verdict.answer is Answer.NOT_MET
    ]
    triggered = [
        look.started_at - look.frame_time
        for looks in jobs
        for look in looks
        if look.reason is LookReason.TRIGGER and look.frame_time is not None
    ]
    return Waits(scheduled, triggered)


def backwards(jobs: Sequence[list[Look]]) -> int:
    """Looks at an older frame than the job's look before."""
    pairs = [pair for looks in jobs for pair in pairwise(looks)]
    return sum((after.frame_time or 0.0) < (before.frame_time or 0.0) for before, after in pairs)


def fairness(jobs: Sequence[list[Look]]) -> float:
    """How evenly looks are spread over jobs: 1 when all have as many, 1/n when one has all.

    Method: R. Jain, D. Chiu, W. Hawe, "A Quantitative Measure of Fairness and Discrimination" (1984).
    """
    counts = [len(looks) for looks in jobs]
    return sum(counts) ** 2 / (len(counts) * sum(count * count for count in counts))
