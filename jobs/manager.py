"""All watch jobs: started, stopped, resumed and reconciled with the configuration."""

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
from frigate_ext.domain.watch import Job, JobState, Origin, Phase, Watch
from frigate_ext.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    Problem,
    RequestError,
    StoreError,
)
from frigate_ext.runtime.clock import Clock, Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.store import Page, Store
from genai.judge import Judge
from jobs.herald import Herald
from jobs.live import LiveJob
from jobs.look import Listener, LookRunner
from jobs.lookers import Lookers
from jobs.policy import Policy, same_question
from jobs.restore import restored_policy, time_left
from jobs.roster import Roster
from jobs.scheduler import Scheduler
from jobs.sight import FrameSource, Sight
from jobs.trigger import Edge, EdgeDetector, concerns

logger = logging.getLogger(__name__)

MAX_RUNNING = 256


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
        notifiers: tuple[str, ...],
        zone: tzinfo | None = None,
    ) -> None:
        self._cameras = cameras
        self._judge = judge
        self._store = store
        self._clock = clock
        self._listener = listener
        self._zone = zone
        self._starting = threading.Lock()
        self._roster = Roster()
        self._edges = {name: EdgeDetector() for name in cameras}
        self._sight = Sight(frames, latest, cameras)
        self._runner = LookRunner(
            cameras=cameras.get,
            sight=self._sight,
            judge=judge,
            store=store,
            clock=clock,
            listener=listener,
            notifiers=notifiers,
        )
        self._herald = Herald(
            roster=self._roster,
            sight=self._sight,
            store=store,
            listener=listener,
            notifiers=notifiers,
            judge=judge.name,
            clock=clock,
        )
        self._lookers = Lookers(concurrency, self._look)
        self._scheduler = Scheduler(self._plan, self._tick, clock)

    def start(self) -> None:
        """Resume what was unfinished when the last process ended, then begin to look."""
        abandoned = self._store.looks.abandon_pending()
        for job in self._store.jobs.unfinished():
            self._resume(job)
        if self._roster or abandoned:
            logger.info("resumed %d watch jobs; %d looks had no answer yet", len(self._roster), abandoned)
        self._lookers.start()
        self._scheduler.start()

    def stop(self) -> None:
        """Ask everything to end; jobs stay unfinished in the store, to be resumed."""
        self._runner.stop()
        self._scheduler.stop()
        self._lookers.stop()

    def join(self, timeout: float) -> bool:
        deadline = Deadline(timeout)
        scheduler = self._scheduler.join(deadline.remaining())
        return self._lookers.join(deadline.remaining()) and scheduler

    def health(self) -> PartHealth:
        if not (self._scheduler.is_alive and self._lookers.are_alive):
            return PartHealth(PartState.FAILED, "a thread of the jobs has ended")
        return PartHealth(PartState.OK, f"{len(self._roster)} running")

    @property
    def looks(self) -> int:
        """Verdicts since the start."""
        return self._runner.looks

    @property
    def alerts(self) -> int:
        """Alerts about conditions since the start."""
        return self._runner.alerts

    def note(self, update: CameraUpdate) -> None:
        """Take a message of the bus; called for every one, in order, from one thread."""
        detector = self._edges.get(update.camera)
        if detector is None:
            return
        self._sight.note(update)
        for edge in detector.step(update):
            for live in self._roster.of_camera(update.camera):
                self._offer(live, edge)

    def start_job(self, watch: Watch, origin: Origin) -> Job:
        """Start a watch. Raises ConflictError (`too_many_jobs`)."""
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
            if len(self._roster) >= MAX_RUNNING:
                raise ConflictError(f"{MAX_RUNNING} jobs run already; stop one first", code="too_many_jobs")
            live = LiveJob(job, self._policy(job))
            self._store.jobs.add(job)
            self._roster.add(live)
        with live.lock:
            self._listener.job_changed(live.job)
        logger.info("job %s: watching %s for %r", job.id, watch.camera, watch.condition)
        self._scheduler.poke(live)
        return job

    def stop_job(self, job_id: str) -> Job:
        """Cancel a job and abandon its look. Raises NotFoundError, ConflictError (`job_final`)."""
        with self._unfinished(job_id) as live:
            self._end(live, JobState.CANCELLED)
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
            self._save(live, watch=watch, expires_at=expires_at, **anew)
            live.policy.change(watch, now, now.monotonic + time_left(live.job, now.wall))
        logger.info("job %s: changed, watching %s for %r", job_id, watch.camera, watch.condition)
        self._scheduler.poke(live)
        return live.job

    def pause_job(self, job_id: str) -> Job:
        """Look at nothing until resumed; its time runs on. Raises NotFoundError, ConflictError."""
        with self._unfinished(job_id) as live:
            self._save(live, state=JobState.PAUSED, phase=None, error=None)
            live.policy.pause()
        logger.info("job %s: paused", job_id)
        self._scheduler.poke(live)
        return live.job

    def resume_job(self, job_id: str) -> Job:
        """End a pause or a snooze; one that does neither goes on. Raises NotFoundError, ConflictError."""
        with self._unfinished(job_id) as live:
            if live.job.state is JobState.PAUSED or live.job.snoozed_until is not None:
                self._save(live, state=JobState.RUNNING, phase=Phase.WATCHING, snoozed_until=None)
                live.policy.resume()
        logger.info("job %s: resumed", job_id)
        self._scheduler.poke(live)
        return live.job

    def snooze_job(self, job_id: str, seconds: float) -> Job:
        """Look at nothing for a while. Raises NotFoundError, ConflictError (`job_final`, `job_paused`)."""
        with self._unfinished(job_id) as live:
            _refuse_paused(live.job)
            now = self._clock.now()
            self._save(live, phase=Phase.SNOOZED, snoozed_until=now.wall + seconds, error=None)
            live.policy.snooze(now.monotonic + seconds)
        logger.info("job %s: snoozed for %g s", job_id, seconds)
        self._scheduler.poke(live)
        return live.job

    def request_look(self, job_id: str) -> Job:
        """Look soon at the newest frame, whatever interval, schedule or cooldown it waits for.

        Raises NotFoundError, ConflictError (`job_final`, `job_paused`, `no_look_now`).
        """
        with self._unfinished(job_id) as live:
            _refuse_paused(live.job)
            obstacle = live.policy.request(self._clock.now(), self._sight.scene(live.job.watch))
            if obstacle is not None:
                raise ConflictError(f"job {job_id} can't look now: {obstacle.value}", code="no_look_now")
        self._scheduler.poke(live)
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
        self, states: Collection[JobState] | None, camera: str | None, limit: int, before: str | None
    ) -> Page[Job]:
        """Newest first; running ones as they are just now."""
        page = self._store.jobs.list(states=states, camera=camera, limit=limit, before=before)
        return replace(page, items=tuple(self._newest(job) for job in page.items))

    def newest(self, origin: Origin) -> Job | None:
        job = self._store.jobs.newest(origin)
        return self.get(job.id) if job else None

    def reconcile(self, watches: Sequence[Watch]) -> None:
        """Make the jobs of the configuration what `watches` says; one is known by its name.

        One that has ended is not started again unless its entry has changed; one that ended because of the
        configuration is. What can't be started is logged.
        """
        for watch in watches:
            try:
                self._reconcile(watch)
            except (RequestError, StoreError) as error:
                logger.error("watch %s was not started: %s", watch.name, error)  # noqa: TRY400 - says it all
        names = {watch.name for watch in watches}
        for live in self._roster.all():
            if live.job.origin is Origin.CONFIG and live.job.watch.name not in names:
                with live.lock:
                    if not live.job.state.final:
                        self._end(live, JobState.CANCELLED, "its entry was removed from the configuration")

    def _reconcile(self, watch: Watch) -> None:
        job = self._store.jobs.named(watch.name, Origin.CONFIG)
        if job is None or (job.state.final and (job.watch != watch or job.error)):
            self.start_job(watch, Origin.CONFIG)
        elif job.watch == watch or job.state.final:
            return
        elif _can_become(job.watch, watch):
            self.change_job(job.id, lambda _: watch)
        else:
            self.stop_job(job.id)
            self.start_job(watch, Origin.CONFIG)

    @contextmanager
    def _unfinished(self, job_id: str) -> Iterator[LiveJob]:
        """A job that has not ended, and the lock that keeps it so. Raises NotFoundError, ConflictError."""
        live = self._roster.get(job_id)
        if live is not None:
            with live.lock:
                if not live.job.state.final:
                    yield live
                    return
        state = self.get(job_id).state.value
        raise ConflictError(f"job {job_id} has ended already: {state}", code="job_final")

    def _newest(self, job: Job) -> Job:
        live = self._roster.get(job.id)
        return live.job if live else job

    def _offer(self, live: LiveJob, edge: Edge) -> None:
        with live.lock:
            wanted = concerns(live.job.watch, edge) and live.policy.offer(edge, self._clock.now())
        if wanted:
            if self._judge.wants_images:
                self._sight.pin(live.job.watch, edge)
            self._scheduler.poke(live)

    def _plan(self, live: LiveJob) -> float:
        with live.lock:
            if live.job.state.final:
                return math.inf
            scene = self._sight.scene(live.job.watch)
            plan = live.policy.plan(self._clock.now(), scene)
            if plan.expired:
                return self._expire(live)
            self._enter(live, plan.phase)
            if plan.look is not None:
                self._lookers.submit(live, plan.look)
            return plan.at

    def _expire(self, live: LiveJob) -> float:
        """Where that can't be saved, the next tick tries again."""
        try:
            self._end(live, JobState.EXPIRED)
        except StoreError as error:
            logger.warning("job %s has expired, which can't be saved yet: %s", live.job.id, error)
        return math.inf

    def _look(self, live: LiveJob) -> None:
        self._runner.run(live)
        if live.job.state.final:
            self._roster.remove(live)
        else:
            self._scheduler.poke(live)

    def _enter(self, live: LiveJob, phase: Phase | None) -> None:
        """Show the phase; being blind is explained, and the explanation goes with it."""
        error, until = live.job.error, live.job.snoozed_until
        if phase is Phase.BLIND:
            error = self._sight.trouble(live.job.watch.camera)
        elif live.job.phase is Phase.BLIND:
            error = None
        snoozed_until = until if phase in {None, Phase.SNOOZED} else None
        if live.change(phase=phase, error=error, snoozed_until=snoozed_until):
            self._listener.job_changed(live.job)

    def _tick(self) -> None:
        self._herald.tick()
        for live in self._roster.all():
            self._scheduler.poke(live)

    def _save(self, live: LiveJob, **fields: Any) -> None:
        """Change a job's record, once that is saved. Raises StoreError, and then nothing has changed."""
        changed = replace(live.job, **fields)
        self._store.jobs.save(changed)
        live.job = changed
        self._listener.job_changed(changed)

    def _end(self, live: LiveJob, state: JobState, error: str | None = None) -> None:
        """Enter a final state, once it is saved. Raises StoreError, and then nothing has changed."""
        self._save(live, state=state, phase=None, ended_at=self._clock.now().wall, error=error)
        self._roster.remove(live)
        logger.info("job %s: %s", live.job.id, state.value)

    def _resume(self, job: Job) -> None:
        live = LiveJob(job, self._policy(job))
        if job.watch.camera not in self._cameras:
            self._end(live, JobState.FAILED, f"{job.watch.camera} is not configured any more")
            return
        self._runner.ask_again(live)
        self._roster.add(live)
        self._scheduler.poke(live)

    def _policy(self, job: Job) -> Policy:
        metered = self._judge.wants_images
        return restored_policy(job, self._store, self._clock.now(), self._zone, metered=metered)


def _can_become(before: Watch, after: Watch) -> bool:
    """Whether a running job can go on as another watch; time that was given anew needs a new start."""
    return (before.camera, before.mode, before.duration) == (after.camera, after.mode, after.duration)


def _refuse_paused(job: Job) -> None:
    if job.state is JobState.PAUSED:
        raise ConflictError(f"job {job.id} is paused; resume it first", code="job_paused")


def _over_already(age: float) -> InvalidRequestError:
    problem = Problem("duration", f"it has run for {age:.0f} s already; stop it instead")
    return InvalidRequestError(str(problem), code="bad_duration", problems=[problem])
