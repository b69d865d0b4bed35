"""All watch jobs: started, stopped, resumed and reconciled with the configuration."""

from __future__ import annotations

import logging
import math
import threading
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.look import AlertKind
from frigate_ext.domain.watch import Job, JobState, Origin, Phase, Watch
from frigate_ext.errors import ConflictError, NotFoundError, RequestError, StoreError
from frigate_ext.runtime.clock import Clock, Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.store import Page, Store
from genai.judge import Judge
from jobs.live import LiveJob, trouble_alert
from jobs.look import Listener, LookRunner, new_alert_id
from jobs.lookers import Lookers, outranks
from jobs.policy import Policy
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
        self._notifiers = notifiers
        self._zone = zone
        self._lock = threading.Lock()
        self._live: dict[str, LiveJob] = {}
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
        self._lookers = Lookers(concurrency, self._look)
        self._scheduler = Scheduler(self._plan, self._tick, clock)

    def start(self) -> None:
        """Resume what was unfinished when the last process ended, then begin to look."""
        abandoned = self._store.looks.abandon_pending()
        for job in self._store.jobs.unfinished():
            self._resume(job)
        if self._live or abandoned:
            logger.info("resumed %d watch jobs; %d looks had no answer yet", len(self._live), abandoned)
        self._lookers.start()
        self._scheduler.start()

    def stop(self) -> None:
        """Ask everything to end; jobs stay unfinished in the store, to be resumed."""
        self._scheduler.stop()
        self._lookers.stop()

    def join(self, timeout: float) -> bool:
        deadline = Deadline(timeout)
        scheduler = self._scheduler.join(deadline.remaining())
        return self._lookers.join(deadline.remaining()) and scheduler

    def health(self) -> PartHealth:
        if not (self._scheduler.is_alive and self._lookers.are_alive):
            return PartHealth(PartState.FAILED, "a thread of the jobs has ended")
        return PartHealth(PartState.OK, f"{len(self._all())} running")

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
            for live in self._of_camera(update.camera):
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
        if len(self._all()) >= MAX_RUNNING:
            raise ConflictError(f"{MAX_RUNNING} jobs run already; stop one first", code="too_many_jobs")
        live = LiveJob(job, self._policy(job))
        self._store.jobs.add(job)
        with self._lock:
            self._live[job.id] = live
        with live.lock:
            self._listener.job_changed(live.job)
        logger.info("job %s: watching %s for %r", job.id, watch.camera, watch.condition)
        self._scheduler.poke(live)
        return job

    def stop_job(self, job_id: str) -> Job:
        """Cancel a running job and abandon its look. Raises NotFoundError, ConflictError (`job_final`)."""
        with self._lock:
            live = self._live.get(job_id)
        if live is not None:
            with live.lock:
                if not live.job.state.final:
                    self._end(live, JobState.CANCELLED)
                    return live.job
        job = self.get(job_id)
        raise ConflictError(f"job {job_id} has ended already: {job.state.value}", code="job_final")

    def delete_job(self, job_id: str) -> None:
        """Forget an ended job with its looks, alerts and evidence. Raises NotFoundError, ConflictError."""
        job = self.get(job_id)
        if not job.state.final:
            raise ConflictError(f"job {job_id} is {job.state.value}; stop it first", code="job_running")
        self._store.jobs.delete(job_id)
        self._listener.job_deleted(job)

    def get(self, job_id: str) -> Job:
        """Raises NotFoundError."""
        with self._lock:
            live = self._live.get(job_id)
        job = live.job if live else self._store.jobs.get(job_id)
        if job is None:
            raise NotFoundError(f"there is no job {job_id!r}", code="unknown_job")
        return job

    def list_jobs(
        self, states: Collection[JobState] | None, camera: str | None, limit: int, before: str | None
    ) -> Page[Job]:
        """Newest first; running ones as they are just now."""
        page = self._store.jobs.list(states=states, camera=camera, limit=limit, before=before)
        with self._lock:
            live = dict(self._live)
        return replace(page, items=tuple(live[j.id].job if j.id in live else j for j in page.items))

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
        for live in self._all():
            if live.job.origin is Origin.CONFIG and live.job.watch.name not in names:
                with live.lock:
                    self._end(live, JobState.CANCELLED, "its entry was removed from the configuration")

    def _reconcile(self, watch: Watch) -> None:
        job = self._store.jobs.named(watch.name, Origin.CONFIG)
        if job is not None and job.watch == watch and not (job.state.final and job.error):
            return
        if job is not None and not job.state.final:
            self.stop_job(job.id)
        self.start_job(watch, Origin.CONFIG)

    def _all(self) -> list[LiveJob]:
        with self._lock:
            return list(self._live.values())

    def _of_camera(self, camera: str) -> list[LiveJob]:
        return [live for live in self._all() if live.job.watch.camera == camera]

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
            if plan.look is not None and outranks(plan.look, live.queued):
                live.queued = plan.look
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
            self._forget(live)
        else:
            self._scheduler.poke(live)

    def _enter(self, live: LiveJob, phase: Phase) -> None:
        """Show the phase; being blind is explained, and the explanation goes with it."""
        error = live.job.error
        if phase is Phase.BLIND:
            error = self._sight.trouble(live.job.watch.camera)
        elif live.job.phase is Phase.BLIND:
            error = None
        if live.change(phase=phase, error=error):
            self._listener.job_changed(live.job)

    def _tick(self) -> None:
        for live in self._all():
            with live.lock:
                if not self._sight.is_starting(live.job.watch.camera):
                    kind = live.trouble(self._clock.now())
                    if kind is not None:
                        self._announce(live, kind)
            self._scheduler.poke(live)

    def _announce(self, live: LiveJob, kind: AlertKind) -> None:
        now = self._clock.now()
        alert = trouble_alert(live.job, kind, new_alert_id(now.wall), now.wall)
        try:
            self._store.alerts.commit(alert, (), live.job, None, self._notifiers)
        except StoreError as error:
            logger.warning("job %s can't say it is %s yet: %s", live.job.id, kind.value, error)
            return
        live.announced(kind, now)
        logger.warning("job %s: %s", live.job.id, alert.message)
        self._listener.alert_committed()

    def _end(self, live: LiveJob, state: JobState, error: str | None = None) -> None:
        """Enter a final state, once it is saved. Raises StoreError, and then nothing has changed."""
        ended = replace(live.job, state=state, phase=None, ended_at=self._clock.now().wall, error=error)
        self._store.jobs.save(ended)
        live.job = ended
        self._listener.job_changed(live.job)
        self._forget(live)
        logger.info("job %s: %s", live.job.id, state.value)

    def _forget(self, live: LiveJob) -> None:
        with self._lock:
            self._live.pop(live.job.id, None)

    def _resume(self, job: Job) -> None:
        live = LiveJob(job, self._policy(job))
        if job.watch.camera not in self._cameras:
            self._end(live, JobState.FAILED, f"{job.watch.camera} is not configured any more")
            return
        self._runner.resume(live)
        self._live[job.id] = live
        self._scheduler.poke(live)

    def _policy(self, job: Job) -> Policy:
        """A policy that knows what the store knows: the last looks and alerts, and the time left."""
        now = self._clock.now()
        shift = now.monotonic - now.wall
        limits = job.watch.limits
        looks = self._store.looks.of_job(job.id, limits.looks_per_hour, None).items
        alerts = self._store.alerts.list(
            job_id=job.id, kind=AlertKind.CONDITION, limit=limits.alerts_per_hour, before=None
        ).items
        return Policy(
            job.watch,
            expires_at=now.monotonic + _time_left(job, now.wall),
            armed=job.armed,
            alerts=[min(alert.time, now.wall) + shift for alert in alerts],
            looks=[min(look.started_at, now.wall) + shift for look in looks],
            metered=self._judge.wants_images,
            zone=self._zone,
        )


def _time_left(job: Job, wall: float) -> float:
    """Seconds until it expires; never more than it was given, should the clock have been set back."""
    if job.expires_at is None or job.watch.duration is None:
        return math.inf
    return min(job.expires_at - wall, job.watch.duration)
