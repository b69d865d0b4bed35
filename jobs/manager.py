"""All watch jobs: started, changed and stopped by people, run by the engine."""

from __future__ import annotations

import logging
import math
import threading
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.claim import Claim
from frigate_ext.domain.watch import Job, JobState, Origin, Phase, Usage, Watch, WhenSpent
from frigate_ext.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    Problem,
    RequestError,
    StoreError,
)
from frigate_ext.runtime.clock import Clock
from frigate_ext.runtime.health import PartHealth
from frigate_ext.store import Page, Store
from frigate_ext.store.timeline import EVER, Span
from genai.judge import Judge
from genai.text_finder import cannot_cover, cannot_look
from jobs.engine import Engine
from jobs.listener import Listener
from jobs.live import LiveJob
from jobs.policy import same_question
from jobs.reconcile import reconcile
from jobs.restore import never_matches, time_left
from jobs.second import Cover, Finds
from jobs.sight import FrameSource
from jobs.trial import Trial, Trials

logger = logging.getLogger(__name__)

MAX_RUNNING = 256
_ASLEEP = {Phase.SNOOZED, Phase.OFF_SCHEDULE}


class JobManager:
    """The jobs of one data folder. Safe to call from several threads between `start` and `stop`."""

    def __init__(
        self,
        *,
        cameras: Mapping[str, Camera],
        frames: FrameSource,
        latest: LatestUpdates,
        judge: Judge,
        concurrency: int,
        store: Store,
        clock: Clock,
        listener: Listener,
        notifiers: Collection[str],
        cover: Cover = cannot_cover,
        finds: Finds = cannot_look,
        zone: tzinfo | None = None,
        when_spent: WhenSpent = WhenSpent.DETECTOR,
    ) -> None:
        """`cameras` may be other ones at any time: call `review` then; so may `notifiers`.

        `concurrency` is how many looks are under way at once; `zone` None is the machine's own.

        `when_spent` is for watches that don't say it themselves.
        """
        self._cameras = cameras
        self._store = store
        self._clock = clock
        self._listener = listener
        self._starting = threading.Lock()
        self._engine = Engine(
            cameras=cameras,
            frames=frames,
            latest=latest,
            judge=judge,
            concurrency=concurrency,
            store=store,
            clock=clock,
            listener=listener,
            notifiers=notifiers,
            cover=cover,
            finds=finds,
            zone=zone,
            when_spent=when_spent,
        )
        self._roster, self._records = self._engine.roster, self._engine.records
        self._trials = Trials(
            cameras=cameras, sight=self._engine.sight, judge=judge, store=store, clock=clock, zone=zone
        )

    def start(self) -> None:
        """Resume what was unfinished when the last process ended, then begin to look."""
        self._engine.start()

    def stop(self) -> None:
        """Ask everything to end; jobs stay unfinished in the store, to be resumed."""
        self._trials.stop()
        self._engine.stop()

    def join(self, timeout: float) -> bool:
        return self._engine.join(timeout)

    def health(self) -> PartHealth:
        return self._engine.health()

    @property
    def looks(self) -> int:
        """Verdicts since the start."""
        return self._engine.conclusions.looks

    @property
    def alerts(self) -> int:
        """Alerts about conditions since the start."""
        return self._engine.conclusions.alerts

    def note(self, update: CameraUpdate) -> None:
        """Take a message of the bus; called for every one, in order, from one thread."""
        self._engine.note(update)

    def budget(self, job_id: str) -> Mapping[str, Usage] | None:
        """What a job has spent of its limits, by their names; None of one that has ended."""
        live = self._roster.get(job_id)
        if live is None:
            return None
        with live.lock:
            return live.policy.usage(self._clock.now())

    def next_look(self, job_id: str) -> float | None:
        """When a job will look again if nothing happens before (epoch s); None where it will not."""
        live = self._roster.get(job_id)
        if live is None:
            return None
        with live.lock:
            now, scene = self._clock.now(), self._engine.sight.scene(live.job.watch)
            due = live.policy.plan(now, scene).due
        return None if math.isinf(due) else now.wall + max(0.0, due - now.monotonic)

    def watched(self) -> frozenset[str]:
        """Cameras that a job may look at now."""
        jobs = (live.job for live in self._roster.all())
        awake = (job for job in jobs if job.state is JobState.RUNNING and job.phase not in _ASLEEP)
        return frozenset(job.watch.camera for job in awake)

    def try_watch(self, watch: Watch) -> Trial:
        """Put a watch's question about the newest frame, once, without starting it, see `jobs.trial`."""
        return self._trials.ask(watch)

    def reconcile(self, watches: Sequence[Watch]) -> None:
        """Make the jobs of the configuration what `watches` say, see `jobs.reconcile`."""
        reconcile(self, watches)

    def judge_changed(self, concurrency: int, when_spent: WhenSpent) -> None:
        """The judge is another one, or goes by other settings: jobs that wait for it ask again."""
        self._engine.judge_changed(concurrency, when_spent)

    def keep_time_of(self, zone: tzinfo | None) -> None:
        """Have watches that name no time zone keep the hours of this one; None: the machine's own."""
        self._engine.keep_time_of(zone)
        self._trials.keep_time_of(zone)

    def review(self) -> None:
        """The cameras are other ones: end the jobs that nothing can wake any more, saying why."""
        for live in self._roster.all():
            if (why := never_matches(live.job.watch, self._cameras)) is not None:
                self._end_for(live, why)

    def _end_for(self, live: LiveJob, why: str) -> None:
        try:
            with self._unfinished(live.job.id):
                self._records.end(live, JobState.FAILED, why)
        except (RequestError, StoreError) as error:
            logger.warning("job %s was not ended: %s", live.job.id, error)

    def claimed(self, claim: Claim) -> Job | None:
        """The job that this request has made already. Raises InvalidRequestError for another request."""
        job_id = self._store.jobs.claimed(claim, self._clock.now().wall)
        return self.get(job_id) if job_id else None

    def start_job(self, watch: Watch, origin: Origin, claim: Claim | None = None) -> Job:
        """Start a watch, or return the job that the same claim has started.

        Raises ConflictError (`too_many_jobs`), and what `claimed` raises.
        """
        now = self._clock.now()
        job = Job(
            id=uuid.uuid4().hex[:12],
            watch=watch,
            origin=origin,
            state=JobState.RUNNING,
            phase=Phase.WATCHING,
            created_at=now.wall,
            started_at=now.wall,
            expires_at=None if watch.duration is None else now.wall + watch.duration,
        )
        with self._starting:
            if claim is not None and (made := self.claimed(claim)):
                return made
            if len(self._roster) >= MAX_RUNNING:
                raise ConflictError(f"{MAX_RUNNING} jobs run already; stop one first", code="too_many_jobs")
            live = self._engine.enlist(job, claim)
        with live.lock:
            self._listener.job_changed(live.job)
        logger.info("job %s: watching %s for %r", job.id, watch.camera, watch.condition)
        self._engine.poke(live)
        return job

    def stop_job(self, job_id: str, why: str | None = None) -> Job:
        """Cancel a job and abandon its look; `why` where nobody asked for it.

        Raises NotFoundError, ConflictError (`job_final`).
        """
        with self._unfinished(job_id) as live:
            self._records.end(live, JobState.CANCELLED, why)
            return live.job

    def change_job(self, job_id: str, change: Callable[[Watch], Watch]) -> Job:
        """Go on with another watch of the same camera and mode; what was done so far counts on.

        `change` is given the present watch, and nobody else can change it meanwhile. Raises what it raises,
        NotFoundError, ConflictError (`job_final`), InvalidRequestError (`bad_duration`).
        """
        with self._unfinished(job_id) as live:
            now, job = self._clock.now(), live.job
            watch = change(job.watch)
            started = job.created_at if job.started_at is None else job.started_at
            expires_at = None if watch.duration is None else started + watch.duration
            if watch.duration != job.watch.duration and expires_at is not None and expires_at <= now.wall:
                raise _over_already(now.wall - started)
            anew: dict[str, Any] = {}
            if not same_question(watch, job.watch):
                anew = {"asked_since": now.wall, "armed": True, "last_verdict": None}
            self._records.save(live, watch=watch, expires_at=expires_at, **anew)
            live.policy.change(watch, now, now.monotonic + time_left(live.job, now.wall))
        logger.info("job %s: changed, watching %s for %r", job_id, watch.camera, watch.condition)
        self._engine.poke(live)
        return live.job

    def pause_job(self, job_id: str) -> Job:
        """Look at nothing until resumed; its time runs on. Raises NotFoundError, ConflictError."""
        with self._unfinished(job_id) as live:
            self._records.save(live, state=JobState.PAUSED, phase=None, error=None)
            live.policy.pause()
        logger.info("job %s: paused", job_id)
        self._engine.poke(live)
        return live.job

    def resume_job(self, job_id: str) -> Job:
        """End a pause or a snooze; one that does neither goes on. Raises NotFoundError, ConflictError."""
        with self._unfinished(job_id) as live:
            if live.job.state is JobState.PAUSED or live.job.snoozed_until is not None:
                self._records.save(live, state=JobState.RUNNING, phase=Phase.WATCHING, snoozed_until=None)
                live.policy.resume()
        logger.info("job %s: resumed", job_id)
        self._engine.poke(live)
        return live.job

    def snooze_job(self, job_id: str, seconds: float) -> Job:
        """Look at nothing for a while. Raises NotFoundError, ConflictError (`job_final`, `job_paused`)."""
        with self._unfinished(job_id) as live:
            _refuse_paused(live.job)
            now = self._clock.now()
            self._records.save(live, phase=Phase.SNOOZED, snoozed_until=now.wall + seconds, error=None)
            live.policy.snooze(now.monotonic + seconds)
        logger.info("job %s: snoozed for %g s", job_id, seconds)
        self._engine.poke(live)
        return live.job

    def request_look(self, job_id: str) -> Job:
        """Look soon at the newest frame, whatever interval, schedule or cooldown it waits for.

        Raises NotFoundError, ConflictError (`job_final`, `job_paused`, `no_look_now`).
        """
        with self._unfinished(job_id) as live:
            _refuse_paused(live.job)
            obstacle = live.policy.request(self._clock.now(), self._engine.sight.scene(live.job.watch))
            if obstacle is not None:
                raise ConflictError(f"job {job_id} can't look now: {obstacle.value}", code="no_look_now")
        self._engine.poke(live)
        return live.job

    def delete_job(self, job_id: str) -> None:
        """Forget an ended job with its looks, alerts and evidence. Raises NotFoundError, ConflictError."""
        job = self.get(job_id)
        if not job.state.final:
            raise ConflictError(f"job {job_id} is {job.state.value}; stop it first", code="job_running")
        self._store.jobs.delete(job_id)
        self._listener.job_deleted(job)

    def get(self, job_id: str) -> Job:
        """Raises NotFoundError."""
        live = self._roster.get(job_id)
        job = live.job if live else self._store.jobs.get(job_id)
        if job is None:
            raise NotFoundError(f"there is no job {job_id!r}", code="unknown_job")
        return job

    def list_jobs(
        self,
        states: Collection[JobState] | None,
        cameras: Collection[str] | None,
        limit: int,
        before: str | None,
        span: Span = EVER,
    ) -> Page[Job]:
        """Newest first; running ones as they are just now."""
        page = self._store.jobs.list(states=states, cameras=cameras, span=span, limit=limit, before=before)
        return replace(page, items=tuple(self._newest(job) for job in page.items))

    def newest(self, origin: Origin) -> Job | None:
        job = self._store.jobs.newest(origin)
        return self.get(job.id) if job else None

    def named(self, name: str, origin: Origin) -> Job | None:
        """The newest of that name and origin."""
        return self._store.jobs.named(name, origin)

    def running(self, origin: Origin) -> Sequence[Job]:
        """Those that have not ended, oldest first."""
        return [live.job for live in self._roster.all() if live.job.origin is origin]

    @contextmanager
    def _unfinished(self, job_id: str) -> Iterator[LiveJob]:
        """A job that has not ended, and the lock that keeps it so. Raises NotFoundError, ConflictError.

        Afterwards, a look under way that matters no more is called off.
        """
        live = self._roster.get(job_id)
        if live is not None:
            with live.lock:
                if not live.job.state.final:
                    yield live
                    live.let_go()
                    return
        state = self.get(job_id).state.value
        raise ConflictError(f"job {job_id} has ended already: {state}", code="job_final")

    def _newest(self, job: Job) -> Job:
        live = self._roster.get(job.id)
        return live.job if live else job


def _refuse_paused(job: Job) -> None:
    if job.state is JobState.PAUSED:
        raise ConflictError(f"job {job.id} is paused; resume it first", code="job_paused")


def _over_already(age: float) -> InvalidRequestError:
    problem = Problem("duration", f"it has run for {age:.0f} s already; stop it instead")
    return InvalidRequestError(str(problem), code="bad_duration", problems=[problem])
