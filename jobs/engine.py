"""What makes running jobs go: edges in, looks out, phases shown, people told of troubles."""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Mapping
from datetime import tzinfo

from frigate_ext.bus.latest import LatestUpdates
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.claim import Claim
from frigate_ext.domain.look import AlertStatus
from frigate_ext.domain.watch import Job, JobState, Phase, Watch, WhenSpent
from frigate_ext.errors import StoreError
from frigate_ext.runtime.clock import Clock, Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.store import Store
from genai.detector.judge import DetectorJudge
from genai.judge import Judge
from jobs.arrivals import Arrivals
from jobs.conclude import Conclusions
from jobs.fast import FastAlerts
from jobs.herald import Herald
from jobs.listener import Listener
from jobs.live import REMEMBERED, LiveJob
from jobs.look import LookRunner
from jobs.lookers import Lookers
from jobs.records import Records
from jobs.restore import never_matches, restored_policy
from jobs.roster import Roster
from jobs.scheduler import Scheduler
from jobs.second import Cover, Finds
from jobs.sight import FrameSource, Sight

logger = logging.getLogger(__name__)

_BUSY = 0.02
"""Seconds after which a job is asked again whose lock is taken."""
_EXPLAINED = {Phase.BLIND, Phase.BUDGET_SPENT}


class Engine:
    """Runs the jobs of a roster. Safe to call from several threads between `start` and `stop`."""

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
        cover: Cover,
        finds: Finds,
        zone: tzinfo | None,
        when_spent: WhenSpent,
    ) -> None:
        self._cameras = cameras
        self._judge = judge
        self._store = store
        self._clock = clock
        self._listener = listener
        self._zone = zone
        self._when_spent = when_spent
        self._stand_in = DetectorJudge()
        self.roster = Roster()
        self.records = Records(store=store, roster=self.roster, listener=listener, clock=clock)
        self.sight = Sight(frames, latest, cameras)
        self.conclusions = Conclusions(store=store, clock=clock, listener=listener, notifiers=notifiers)
        self._runner = LookRunner(
            cameras=cameras.get,
            sight=self.sight,
            judge=judge,
            stand_in=self._stand_in,
            store=store,
            clock=clock,
            listener=listener,
            conclusions=self.conclusions,
            cover=cover,
            finds=finds,
        )
        self._herald = Herald(
            roster=self.roster,
            sight=self.sight,
            store=store,
            listener=listener,
            notifiers=notifiers,
            judge=judge,
            clock=clock,
        )
        self._fast = FastAlerts(
            sight=self.sight, store=store, listener=listener, notifiers=notifiers, clock=clock
        )
        self._lookers = Lookers(concurrency, self._look)
        self._scheduler = Scheduler(self._plan, self._tick, clock)
        self._arrivals = Arrivals(
            cameras=cameras,
            roster=self.roster,
            sight=self.sight,
            judge=judge,
            fast=self._fast,
            clock=clock,
            poke=self._scheduler.poke,
        )

    def start(self) -> None:
        """Resume what was unfinished when the last process ended, then begin to look."""
        abandoned = self._store.looks.abandon_pending()
        for job in self._store.jobs.unfinished():
            self._resume(job)
        if self.roster or abandoned:
            logger.info("resumed %d watch jobs; %d looks had no answer yet", len(self.roster), abandoned)
        self._lookers.start()
        self._fast.start()
        self._scheduler.start()

    def stop(self) -> None:
        """Ask everything to end; jobs stay unfinished in the store, to be resumed."""
        self.conclusions.stop()
        self._scheduler.stop()
        self._fast.stop()
        self._lookers.stop()

    def join(self, timeout: float) -> bool:
        deadline = Deadline(timeout)
        scheduler = self._scheduler.join(deadline.remaining())
        fast = self._fast.join(deadline.remaining())
        return self._lookers.join(deadline.remaining()) and scheduler and fast

    def health(self) -> PartHealth:
        if not (self._scheduler.is_alive and self._fast.is_alive and self._lookers.are_alive):
            return PartHealth(PartState.FAILED, "a thread of the jobs has ended")
        jobs = [live.job for live in self.roster.all()]
        failing = [job for job in jobs if job.phase is Phase.FAILING]
        if failing:
            return PartHealth(
                PartState.DEGRADED, f"{len(failing)} of {len(jobs)} jobs fail: {failing[0].error}"
            )
        return PartHealth(PartState.OK, f"{len(jobs)} running")

    def note(self, update: CameraUpdate) -> None:
        """Take a message of the bus; called for every one, in order, from one thread. Never waits."""
        self._arrivals.note(update)

    def enlist(self, job: Job, claim: Claim | None = None) -> LiveJob:
        """Save a new job, and let it be told of edges; `poke` makes it look. Raises StoreError."""
        live = self._live(job)
        self._store.jobs.add(job, claim)
        self.roster.add(live)
        return live

    def poke(self, live: LiveJob) -> None:
        """Something about the job has changed: ask its policy anew. Never blocks."""
        self._scheduler.poke(live)

    def judge_changed(self, concurrency: int, when_spent: WhenSpent) -> None:
        """The judge is another one, or goes by other settings."""
        self._when_spent = when_spent
        self._lookers.resize(concurrency)
        for live in self.roster.all():
            with live.lock:
                live.policy.judge_changed(metered=self._judge.wants_images)
            self.poke(live)

    def keep_time_of(self, zone: tzinfo | None) -> None:
        """Another zone is that of watches which name none."""
        self._zone = zone
        for live in self.roster.all():
            with live.lock:
                live.policy.keep_time_of(zone)
            self.poke(live)

    def _plan(self, live: LiveJob) -> float:
        """What happens to a job next; one whose lock is held over a commit is asked in a moment."""
        if not live.lock.acquire(blocking=False):
            return self._clock.now().monotonic + _BUSY
        try:
            self._arrivals.take(live)
            return self._decide(live)
        except Exception as error:  # the last resort of one job, asked again each second: the others go on
            if live.change(phase=Phase.FAILING, error=f"it can't be planned: {type(error).__name__}"):
                logger.exception("job %s can't be planned, trying again every second", live.job.id)
                self._listener.job_changed(live.job)
            return math.inf
        finally:
            live.lock.release()

    def _decide(self, live: LiveJob) -> float:
        """What the job does now; returns when to ask it again."""
        if live.job.state.final:
            return math.inf
        scene = self.sight.scene(live.job.watch)
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
            self.records.end(live, JobState.EXPIRED)
        except StoreError as error:
            logger.warning("job %s has expired, which can't be saved yet: %s", live.job.id, error)
        return math.inf

    def _look(self, live: LiveJob) -> None:
        self._runner.run(live)
        if live.job.state.final:
            self.roster.remove(live)
        else:
            self._scheduler.poke(live)

    def _enter(self, live: LiveJob, phase: Phase | None) -> None:
        """Show the phase; some are explained, and the explanation goes with them."""
        error, until = live.job.error, live.job.snoozed_until
        if phase in _EXPLAINED:
            error = self._explanation(live, phase)
        elif live.job.phase in _EXPLAINED and phase is not Phase.MODEL_DOWN:
            error = None
        snoozed_until = until if phase in {None, Phase.SNOOZED} else None
        if live.change(phase=phase, error=error, snoozed_until=snoozed_until):
            self._listener.job_changed(live.job)

    def _explanation(self, live: LiveJob, phase: Phase | None) -> str | None:
        if phase is Phase.BLIND:
            return self.sight.trouble(live.job.watch.camera)
        spent = live.policy.own_budget(self._clock.now()) or f"the budget of {self._judge.name} is spent"
        meanwhile = "the detector judges" if live.policy.has_stand_in else "its triggers wait"
        return f"{spent}; {meanwhile} meanwhile"

    def _tick(self) -> None:
        self._herald.tick()
        for live in self.roster.all():
            self._scheduler.poke(live)

    def _resume(self, job: Job) -> None:
        live = self._live(job)
        told = self._store.alerts.list(job_id=job.id, status=AlertStatus.UNVERIFIED, limit=1).items
        live.told = told[0] if told else None
        live.verdicts.extend(self._store.looks.last_verdicts(job.id, REMEMBERED))
        if (why := never_matches(job.watch, self._cameras)) is not None:
            self.records.end(live, JobState.FAILED, why)
            return
        self._runner.ask_again(live)
        self.roster.add(live)
        self._scheduler.poke(live)

    def _live(self, job: Job) -> LiveJob:
        metered = self._judge.wants_images
        policy = restored_policy(
            job,
            self._store,
            self._clock.now(),
            self._zone,
            metered=metered,
            stands_in=self._can_stand_in,
        )
        return LiveJob(job, policy)

    def _can_stand_in(self, watch: Watch) -> bool:
        """Whether the detector is to answer a watch while there is nothing to spend, and can."""
        camera = self._cameras.get(watch.camera)
        wanted = (watch.limits.when_spent or self._when_spent) is WhenSpent.DETECTOR
        return wanted and camera is not None and self._stand_in.understands(watch.condition, camera) is None
