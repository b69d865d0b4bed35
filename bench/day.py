"""`day_*`: a scripted day on a virtual clock, through the product's own edges and policy, without a thread.

One model answers one look after the other, each in `CALL` s, and rightly: what is measured is when jobs look.
It follows the prompt's advice on `next_run_in`: `_SOON` while something relevant is in view, else `_LATE`.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import mean, median, quantiles

from bench.day_film import FPS, MIDNIGHT, film
from bench.day_script import DAY, Script, day
from bench.record import Record, Target, count, timing
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.runtime.clock import Moment
from jobs.plan import Ask, Scene
from jobs.policy import Policy
from jobs.trigger import EdgeDetector, concerns, matches

CALL = 1.0
"""Seconds that the model takes."""
_CALLS = f"calls of {CALL:g} s, one at a time"
_SOON, _LATE = 5.0, 300.0
_SEEDS = (3, 4, 5)
_SIZE = Size(1280, 720)


@dataclass
class Diary:
    """What one job did; times are seconds after midnight."""

    looks: int = 0
    alerts: list[float] = field(default_factory=list)
    frames: list[float] = field(default_factory=list)
    """Times of the frames that the alerts are about."""


Day = list[tuple[Script, Diary]]


def run(*, quick: bool) -> list[Record]:
    """`quick` goes through one day instead of three."""
    days = [live(seed) for seed in _SEEDS[: 1 if quick else None]]
    return [*_how_often(days), *_how_well(days), *_scene_by_scene(days)]


def live(seed: int, call: float = CALL) -> Day:
    """Each camera's script and what its job did."""
    scripts = day(seed)
    return list(zip(scripts, House(scripts, call).live(), strict=True))


def _how_often(days: Sequence[Day]) -> list[Record]:
    fewer = 100 * (1 - mean(diary.looks for each in days for _, diary in each) / DAY)
    theirs, ours = back_to_back(DAY, CALL, FPS), max(each[0][1].looks for each in days)
    jobs = f"one look a second; mean of {len(days[0])} jobs and {len(days)} days"
    parked = f"{ours} looks vs {theirs} back to back, woken by every message; {_CALLS}"
    return [
        count("day_fewer_looks", float(f"{fewer:.4g}"), "%", jobs, Target(95)),
        count("day_parked_car", float(f"{theirs / ours:.3g}"), "x", parked, Target(40)),
    ]


def _how_well(days: Sequence[Day]) -> list[Record]:
    delays = [delay for each in days for pair in each for delay in decision_delays(*pair)]
    told = [delay for delay in delays if delay is not None]
    p95 = quantiles(told, n=20, method="inclusive")[-1]
    held = f"{len(delays)} times that a condition came to hold; no alert about a frame in which it held"
    since = (
        f"from when it holds to the alert; median {median(told):.2g} s, longest {max(told):.3g} s; {_CALLS}"
    )
    return [
        count("day_missed", len(delays) - len(told), "conditions", held, Target(0, at_most=True)),
        count("day_decision_delay_p95", float(f"{p95:.3g}"), "s", since, Target(5, at_most=True)),
    ]


def _scene_by_scene(days: Sequence[Day]) -> Iterator[Record]:
    for same in zip(*days, strict=True):
        script = same[0][0]
        objects, held = len(script.visits), len(script.holds)
        versus = (
            f"on average, {script.watch.condition!r}; on the first day {objects} objects, held {held} times"
        )
        yield timing(
            f"day_looks_{script.watch.name}", mean(diary.looks for _, diary in same), "looks", versus
        )


def back_to_back(seconds: float, call: float, fps: float) -> int:
    """Looks of Frigate's rule (`frigate/jobs/vlm_watch.py`) at something that stays in a watched zone.

    The next matching message after a look wakes the next one, and every frame sends one.
    """
    return int(seconds / (math.ceil(call * fps) / fps))


def decision_delays(script: Script, diary: Diary) -> Iterator[float | None]:
    """For each time the condition held: seconds until the first alert about it; None: there was none."""
    told = list(zip(diary.frames, diary.alerts, strict=True))
    for start, end in script.holds:
        yield next((alert - start for frame, alert in told if start <= frame < end), None)


class _Job:
    """One watch, with what the manager of jobs would keep for it."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.watch = script.watch
        self.detector = EdgeDetector()
        self.policy = Policy(script.watch)
        self.diary = Diary()
        self.objects: tuple[TrackedObject, ...] = ()
        self.frame_time = -math.inf
        self.waits = False
        self.wake_at = -math.inf

    @property
    def scene(self) -> Scene:
        active = any(thing.active and matches(self.watch, thing) for thing in self.objects)
        return Scene(online=True, active=active, frame_time=MIDNIGHT + self.frame_time)


class House:
    """All jobs, the one model, and the clock that jumps from one event to the next."""

    def __init__(self, scripts: Sequence[Script], call: float) -> None:
        self._jobs = [_Job(script) for script in scripts]
        self._call = call
        self._now = 0.0
        self._turn = itertools.count()
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._waiting: deque[_Job] = deque()
        self._model_is_free = True

    def live(self) -> list[Diary]:
        """Go through the day."""
        films = [[(time, n, seen) for time, seen in film(job.script)] for n, job in enumerate(self._jobs)]
        for seq, (time, n, seen) in enumerate(heapq.merge(*films, key=lambda event: event[:2])):
            self._pass(until=time)
            self._now = time
            self._see(self._jobs[n], seq, seen)
        self._pass(until=math.inf)
        return [job.diary for job in self._jobs]

    @property
    def _moment(self) -> Moment:
        return Moment(wall=MIDNIGHT + self._now, monotonic=self._now)

    def _pass(self, until: float) -> None:
        while self._timers and self._timers[0][0] <= min(until, DAY):
            self._now, _, act = heapq.heappop(self._timers)
            act()

    def _at(self, time: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (time, next(self._turn), act))

    def _see(self, job: _Job, seq: int, seen: tuple[TrackedObject, ...]) -> None:
        was_active = job.scene.active
        job.objects, job.frame_time = tuple(thing for thing in seen if thing.is_real), self._now
        update = CameraUpdate(
            camera=job.watch.camera,
            epoch=1,
            seq=seq,
            time=MIDNIGHT + self._now,
            state=CameraState.ONLINE,
            size=_SIZE,
            frame_time=MIDNIGHT + self._now,
            objects=seen,
        )
        edges = [edge for edge in job.detector.step(update) if concerns(job.watch, edge)]
        kept = [job.policy.offer(edge, self._moment) for edge in edges]
        if any(kept) or job.scene.active != was_active or job.wake_at == -math.inf:
            self._plan(job)

    def _plan(self, job: _Job) -> None:
        """As `JobManager` does, when something has changed or the policy wants to be asked again."""
        plan = job.policy.plan(self._moment, job.scene)
        if plan.look is not None and not job.waits:
            job.waits = True
            self._waiting.append(job)
            self._serve()
        elif self._now < plan.at < math.inf and plan.at != job.wake_at:
            job.wake_at = plan.at
            self._at(plan.at, partial(self._plan, job))

    def _serve(self) -> None:
        while self._waiting and self._model_is_free:
            job = self._waiting.popleft()
            job.waits = False
            ask = job.policy.begin(self._moment, job.scene)
            if ask is not None:
                self._model_is_free = False
                job.diary.looks += 1
                self._at(self._now + self._call, partial(self._answer, job, ask, self._judge(job, ask)))

    def _judge(self, job: _Job, ask: Ask) -> tuple[Verdict, set[str]]:
        """The truth about the frame that is judged, and the objects in it."""
        objects = ask.edge.objects if ask.edge else job.objects
        frame = round(ask.edge.frame_time - MIDNIGHT, 3) if ask.edge else job.frame_time
        relevant = any(matches(job.watch, thing) for thing in objects)
        verdict = Verdict(
            answer=Answer.MET if job.script.holds_at(frame) else Answer.NOT_MET,
            confidence=0.9,
            reasoning="",
            next_run_in=_SOON if relevant else _LATE,
            judged_by="script",
            frame_time=MIDNIGHT + frame,
        )
        return verdict, {thing.id for thing in objects}

    def _answer(self, job: _Job, ask: Ask, judged: tuple[Verdict, set[str]]) -> None:
        verdict, in_frame = judged
        outcome = job.policy.answered(self._moment, ask, verdict, in_frame)
        if outcome.alert:
            job.diary.alerts.append(self._now)
            job.diary.frames.append(round(verdict.frame_time - MIDNIGHT, 3))
        self._model_is_free = True
        self._plan(job)
        self._serve()
