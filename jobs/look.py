"""One look, from the policy's wish to what follows from the answer."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.look import Alert, AlertKind, Look, LookState
from frigate_ext.domain.verdict import Verdict
from frigate_ext.domain.watch import Job, JobState
from frigate_ext.errors import (
    BadReplyError,
    FrameUnavailableError,
    JudgeError,
    JudgeUnavailableError,
    StoreError,
)
from frigate_ext.runtime.clock import Clock, Deadline
from frigate_ext.store import Store
from genai.judge import Judge, Judgement, LookImage, PastVerdict, Question
from jobs.live import LiveJob
from jobs.policy import Ask
from jobs.sight import Sight, View

logger = logging.getLogger(__name__)

_HISTORY = 5
"""Earlier verdicts that a judge is told of."""


class Listener(Protocol):
    """Hears of jobs as they change; called with the job's lock held, so it must not block."""

    def job_changed(self, job: Job) -> None: ...

    def job_deleted(self, job: Job) -> None: ...

    def alert_committed(self) -> None:
        """Something waits to be delivered."""


def new_alert_id(wall: float) -> str:
    """Sortable by time, as Frigate's event ids are, and safe in a URL."""
    return f"{wall:.3f}-{secrets.token_hex(3)}"


class LookRunner:
    """Carries out looks; safe to call from several threads, one look per job at a time."""

    def __init__(
        self,
        *,
        cameras: Callable[[str], Camera | None],
        sight: Sight,
        judge: Judge,
        store: Store,
        clock: Clock,
        listener: Listener,
        notifiers: tuple[str, ...],
        timeout: float = 120.0,
    ) -> None:
        self._cameras = cameras
        self._sight = sight
        self._judge = judge
        self._store = store
        self._clock = clock
        self._listener = listener
        self._notifiers = notifiers
        self._timeout = timeout
        self._counting = threading.Lock()
        self.looks, self.alerts = 0, 0
        """Verdicts, and alerts that came of them, so far."""

    def run(self, live: LiveJob) -> None:
        """Look once, if a look is still due; blocks for the judge. Every error ends in the job's record."""
        with live.lock:
            live.queued = False
            now = self._clock.now()
            due = live.job.state is JobState.RUNNING
            ask = live.policy.begin(now, self._sight.scene(live.job.watch)) if due else None
        if ask is None:
            return
        try:
            self._look(live, ask)
        except FrameUnavailableError as error:
            self._not_asked(live, str(error), lambda: live.policy.frame_lost(self._clock.now(), ask))
        except StoreError as error:
            self._unsaved(live, error)
            self._not_asked(live, str(error), lambda: live.policy.unavailable(self._clock.now()))

    def _look(self, live: LiveJob, ask: Ask) -> None:
        job = live.job
        camera = self._cameras(job.watch.camera)
        if camera is None:
            raise FrameUnavailableError(f"{job.watch.camera} is not configured any more")
        view = self._sight.view(camera.name, ask)
        images = self._sight.pictures(view.key) if self._judge.wants_images else ()
        look = self._store.looks.begin(
            job_id=job.id,
            reason=ask.reason,
            trigger=str(ask.edge) if ask.edge else None,
            started_at=self._clock.now().wall,
            frame_time=view.frame_time,
            image_bytes=sum(len(image.jpeg) for image in images),
        )
        question = self._question(job, camera, view, images)
        try:
            judgement = self._judge.judge(question, Deadline(self._timeout))
        except JudgeError as error:
            self._no_verdict(live, ask, look, error)
            return
        done = replace(
            look,
            state=LookState.DONE,
            latency=judgement.latency,
            tokens=judgement.tokens,
            verdict=judgement.verdict,
        )
        self._conclude(live, ask, done, judgement, view)

    def _question(self, job: Job, camera: Camera, view: View, images: tuple[LookImage, ...]) -> Question:
        verdicts = self._store.looks.last_verdicts(job.id, _HISTORY)
        return Question(
            camera=camera,
            condition=job.watch.condition,
            labels=job.watch.labels,
            zones=job.watch.zones,
            frame_time=view.frame_time,
            frame_size=view.size,
            images=images,
            objects=view.objects,
            history=tuple(PastVerdict(v.answer, v.confidence, v.frame_time) for v in verdicts),
        )

    def _conclude(self, live: LiveJob, ask: Ask, look: Look, judgement: Judgement, view: View) -> None:
        """Hand the verdict to the policy and commit what follows, unless the job has ended meanwhile."""
        verdict = judgement.verdict
        with live.lock:
            if live.job.state.final:
                self._store.looks.finish(replace(look, state=LookState.ABANDONED))
                return
            self._count(looks=1)
            before, now = live.job, self._clock.now()
            outcome = live.policy.answered(now, ask, verdict, {o.id for o in view.objects})
            live.change(looks=before.looks + 1, last_verdict=verdict, armed=live.policy.armed, error=None)
            try:
                if outcome.alert:
                    self._alert(live, look, verdict, view, outcome.ended)
                else:
                    self._store.looks.finish(look)
                    self._store.jobs.save(live.job)
            except StoreError as error:
                live.job = before
                if outcome.alert:
                    live.policy.retract(now, ask)
                self._unsaved(live, error)
            self._listener.job_changed(live.job)

    def _alert(self, live: LiveJob, look: Look, verdict: Verdict, view: View, ended: JobState | None) -> None:
        now = self._clock.now()
        evidence = self._evidence(live.job, view)
        live.change(alerts=live.job.alerts + 1, last_alert_at=now.wall)
        if ended is not None:
            live.end(ended, now.wall)
        watch = live.job.watch
        alert = Alert(
            id=new_alert_id(now.wall),
            kind=AlertKind.CONDITION,
            job_id=live.job.id,
            camera=watch.camera,
            condition=watch.condition,
            message=verdict.message or verdict.reasoning,
            reasoning=verdict.reasoning,
            time=now.wall,
            frame_time=verdict.frame_time,
            judged_by=verdict.judged_by,
            confidence=verdict.confidence,
            evidence=len(evidence),
        )
        self._store.alerts.commit(alert, evidence, live.job, look, self._notifiers)
        logger.info("job %s: alert %s, judged by %s", live.job.id, alert.id, alert.judged_by)
        self._count(alerts=1)
        self._listener.alert_committed()

    def _evidence(self, job: Job, view: View) -> tuple[bytes, ...]:
        """What was judged, as it was shown; a judge that wants no pictures is fetched one now."""
        try:
            return tuple(image.jpeg for image in self._sight.pictures(view.key))
        except FrameUnavailableError as error:
            logger.warning("job %s: its alert goes out without a picture: %s", job.id, error)
            return ()

    def _no_verdict(self, live: LiveJob, ask: Ask, look: Look, error: JudgeError) -> None:
        """The judge failed: the policy decides when to try again, and the job says why it waits."""
        with live.lock:
            ended = live.job.state.final
            state = LookState.ABANDONED if ended else LookState.FAILED
            self._store.looks.finish(replace(look, state=state, error=str(error)))
            if ended:
                return
            now = self._clock.now()
            if isinstance(error, BadReplyError):
                live.policy.unreadable(now, ask)
            else:
                retry_after = error.retry_after if isinstance(error, JudgeUnavailableError) else None
                live.policy.unavailable(now, retry_after)
            first = live.job.error is None
            log = logger.warning if first else logger.debug
            log("job %s: no verdict: %s; trying again", live.job.id, error)
            live.change(looks=live.job.looks + 1, error=str(error))
            self._store.jobs.save(live.job)
            self._listener.job_changed(live.job)

    def _count(self, *, looks: int = 0, alerts: int = 0) -> None:
        with self._counting:
            self.looks += looks
            self.alerts += alerts

    def _not_asked(self, live: LiveJob, why: str, back_off: Callable[[], None]) -> None:
        with live.lock:
            if not live.job.state.final:
                back_off()
                live.change(error=why)
                self._listener.job_changed(live.job)

    def _unsaved(self, live: LiveJob, error: StoreError) -> None:
        live.change(error=str(error))
        logger.error("job %s: %s; nobody was told, trying again later", live.job.id, error)
