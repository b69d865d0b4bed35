"""One look, from the policy's wish to what follows from the answer."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.look import Alert, AlertKind, Look, LookReason, LookState, SeenObject
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Job, JobState, Phase
from frigate_ext.errors import (
    BadReplyError,
    FrameUnavailableError,
    JudgeError,
    JudgeUnavailableError,
    StoreError,
)
from frigate_ext.runtime.clock import Clock, Deadline, Moment
from frigate_ext.store import Store
from genai.judge import BUDGET_SPENT, Judge, Judgement, LookImage, PastVerdict, Question
from jobs import intent
from jobs.intent import Intent
from jobs.live import LiveJob
from jobs.picture import View
from jobs.policy import Ask, Policy
from jobs.second import Cover, doubt, settled, unsure
from jobs.sight import Sight
from jobs.unverified import denied

logger = logging.getLogger(__name__)

_HISTORY = 5
"""Earlier verdicts that a judge is told of."""
_NOTES = 5
"""The owner's remarks on wrong alerts that a judge is told of."""


class Listener(Protocol):
    """Hears of jobs as they change; called with the job's lock held, so it must not block."""

    def job_changed(self, job: Job) -> None: ...

    def job_deleted(self, job: Job) -> None: ...

    def look_finished(self, look: Look, job: Job) -> None:
        """A look got its verdict, or none (`failed`), and is committed."""

    def alert_committed(self, alert: Alert) -> None:
        """It waits to be delivered."""


def new_alert_id(wall: float) -> str:
    """Sortable by time, as Frigate's event ids are, and safe in a URL."""
    return f"{wall:.3f}-{secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class _Judged:
    """A look that got its verdict; `evidence` are JPEGs, the judged frame last."""

    look: Look
    verdict: Verdict
    view: View
    evidence: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Again:
    """What a second look asks of which frame, and why."""

    view: View
    question: Question
    why: str


@dataclass(frozen=True, slots=True)
class _Step:
    """A look that begins: the first at a frame, or the second."""

    ask: Ask
    again: _Again | None = None


class LookRunner:
    """Carries out looks; safe to call from several threads, one look per job at a time."""

    def __init__(
        self,
        *,
        cameras: Callable[[str], Camera | None],
        sight: Sight,
        judge: Judge,
        stand_in: Judge,
        store: Store,
        clock: Clock,
        listener: Listener,
        notifiers: tuple[str, ...],
        cover: Cover,
        timeout: float = 120.0,
    ) -> None:
        """`stand_in` costs nothing and wants no pictures; it is asked when nothing is left to spend."""
        self._cameras = cameras
        self._sight = sight
        self._judge = judge
        self._stand_in = stand_in
        self._store = store
        self._clock = clock
        self._listener = listener
        self._notifiers = notifiers
        self._cover = cover
        self._timeout = timeout
        self._counting = threading.Lock()
        self._stopping = threading.Event()
        self.looks, self.alerts = 0, 0
        """Verdicts, and alerts that came of them, so far."""

    def stop(self) -> None:
        """Whatever fails from now on fails because everything ends: it is asked again after a restart."""
        self._stopping.set()

    def ask_again(self, live: LiveJob) -> None:
        """Have a job ask again what an earlier run asked and got no answer to. Raises StoreError."""
        unanswered = self._store.looks.unanswered(live.job.id)
        live.unanswered = intent.read(unanswered) if unanswered else None
        if live.unanswered is not None:
            live.policy.ask_again(live.unanswered.edge)

    def run(self, live: LiveJob) -> None:
        """Look once, if a look is still due; blocks for the judge. Every error ends in the job's record."""
        with live.lock:
            now = self._clock.now()
            due = live.job.state is JobState.RUNNING
            ask = live.policy.begin(now, self._sight.scene(live.job.watch)) if due else None
            if ask is not None and self._judge_of(ask).wants_images and live.change(phase=Phase.LOOKING):
                self._listener.job_changed(live.job)
        step = _Step(ask) if ask is not None else None
        while step is not None:
            step = self._step(live, step)

    def _step(self, live: LiveJob, step: _Step) -> _Step | None:
        """One question, and the one that it leads to; None when there is no more to ask now."""
        ask, again = step.ask, step.again
        try:
            return self._put(live, ask, again.view, again.question) if again else self._look(live, ask)
        except FrameUnavailableError as error:
            self._not_asked(live, ask, str(error), lambda: live.policy.frame_lost(self._clock.now(), ask))
        except StoreError as error:
            self._log_unsaved(live, error)
            self._not_asked(live, ask, str(error), lambda: live.policy.failing(self._clock.now()))
        except Exception as error:  # the last resort of one look: its job waits, the looker goes on
            logger.exception("job %s: a look failed, trying again later", live.job.id)
            why = f"a look failed: {type(error).__name__}"
            self._not_asked(live, ask, why, lambda: live.policy.failing(self._clock.now()))
        return None

    def _look(self, live: LiveJob, ask: Ask) -> _Step | None:
        job = live.job
        camera = self._cameras(job.watch.camera)
        if camera is None:
            raise FrameUnavailableError(f"{job.watch.camera} is not configured any more")
        view = self._sight.view(camera.name, ask)
        unanswered = live.unanswered if live.unanswered and live.unanswered.edge is ask.edge else None
        wants_images = self._judge_of(ask).wants_images
        if wants_images and unanswered is None:
            self._sight.fetch(job.watch, view)  # on its way while the question is put together
        question = self._question(job, camera, view)
        images = self._images(job, view, unanswered) if wants_images else ()
        second = unanswered is not None and unanswered.second
        return self._put(live, ask, view, replace(question, images=images, second=second))

    def _put(self, live: LiveJob, ask: Ask, view: View, question: Question) -> _Step | None:
        """Ask a question and see to what follows from the verdict: the second look, if it needs one."""
        look = self._begin(live.job, ask, view, question)
        if look is None:
            raise FrameUnavailableError(f"{ask.edge} has been judged already")
        with live.lock:
            deadline = live.ask(ask, Deadline(self._timeout))
        try:
            judgement = self._judge_of(ask).judge(question, deadline)
        except JudgeError as error:
            self._no_verdict(live, ask, look, error)
            return None
        look, verdict = _answered(look, judgement), judgement.verdict
        doubts = doubt(verdict, question, self._cover, is_episode=ask.edge is not None)
        if doubts is not None and doubts.question is not None:
            return self._doubted(live, ask, look, _Again(view, doubts.question, doubts.why))
        verdict = unsure(verdict, doubts.why) if doubts else settled(verdict, question)
        met = verdict.answer is Answer.MET
        evidence = self._evidence(live.job, view, question.images) if met else ()
        judged = _Judged(replace(look, verdict=verdict), verdict, view, evidence)
        self._conclude(live, ask, judged)
        return None

    def _doubted(self, live: LiveJob, ask: Ask, look: Look, again: _Again) -> _Step | None:
        """Note a verdict from which nothing follows but a second look; None where that must wait."""
        with live.lock:
            if not live.awaits(ask):
                live.policy.abandoned(ask, _tokens(look))
                self._abandon(look)
                return None
            if ask.edge is not None:
                live.unanswered = Intent(ask.edge, again.question.images, second=True)
            doubted = replace(look, state=LookState.DOUBTED, error=again.why)
            job = replace(live.job, looks=live.job.looks + 1)
            self._store.looks.finish(doubted, job, unanswered=True)
            second = live.policy.look_again(self._clock.now(), ask, _tokens(look))
            error = None if second else f"{again.why}; a second look waits until the budget allows it"
            live.job = replace(job, error=error)
            self._count(looks=1)
            self._listener.look_finished(doubted, live.job)
            self._listener.job_changed(live.job)
        return _Step(second, again) if second else None

    def _images(self, job: Job, view: View, unanswered: Intent | None) -> tuple[LookImage, ...]:
        """What the judge is shown: for a look that is asked again, the very pictures it was to be shown."""
        if unanswered is not None and unanswered.images:
            return unanswered.images
        return self._sight.pictures(job.watch, view)

    def _judge_of(self, ask: Ask) -> Judge:
        return self._stand_in if ask.by_stand_in else self._judge

    def _begin(self, job: Job, ask: Ask, view: View, question: Question) -> Look | None:
        """Commit the look, and where an edge caused it, all that is needed to ask it again."""
        jpegs = tuple(image.jpeg for image in question.images)
        look = Look(
            id=0,
            job_id=job.id,
            reason=LookReason.SECOND if question.second else ask.reason,
            trigger=str(ask.edge) if ask.edge else None,
            episode=intent.episode(ask.edge) if ask.edge else None,
            state=LookState.PENDING,
            started_at=self._clock.now().wall,
            frame_time=view.frame_time,
            frame_size=view.size,
            objects=tuple(SeenObject(id=o.id, label=o.label, score=o.score, box=o.box) for o in view.objects),
            image_bytes=sum(map(len, jpegs)),
            paid=((self._judge.name, 0),) if self._judge_of(ask).wants_images else (),
        )
        wish = Intent(ask.edge, question.images, question.second) if ask.edge else None
        return self._store.looks.begin(look, jpegs, intent.written(wish) if wish else None)

    def _question(self, job: Job, camera: Camera, view: View) -> Question:
        """What is asked, without the pictures."""
        since = job.asked_since or 0.0
        verdicts = [v for v in self._store.looks.last_verdicts(job.id, _HISTORY) if v.frame_time >= since]
        return Question(
            camera=camera,
            condition=job.watch.condition,
            labels=job.watch.labels,
            zones=job.watch.zones,
            frame_time=view.frame_time,
            frame_size=view.size,
            images=(),
            objects=view.objects,
            history=tuple(PastVerdict(v.answer, v.confidence, v.frame_time) for v in verdicts),
            language=job.watch.language,
            notes=self._store.alerts.wrong_notes(job.id, _NOTES),
        )

    def _conclude(self, live: LiveJob, ask: Ask, judged: _Judged) -> None:
        """Hand the verdict to the policy and commit what follows, unless nobody awaits it any more.

        Nobody sees the job change before that is committed.
        """
        look, verdict = judged.look, judged.verdict
        with live.lock:
            if not live.awaits(ask):
                live.policy.abandoned(ask, _tokens(look))
                self._abandon(look)
                return
            now = self._clock.now()
            in_frame = {o.id for o in judged.view.objects}
            outcome = live.policy.answered(now, ask, verdict, in_frame, _tokens(look))
            looks, armed = live.job.looks + 1, live.policy.armed
            job = replace(live.job, looks=looks, last_verdict=verdict, armed=armed, error=None)
            try:
                if outcome.alert:
                    job = self._alert(live, job, judged, outcome.ended)
                else:
                    self._keep(live, look, job, verdict)
            except StoreError as error:
                if outcome.alert:
                    live.policy.retract(now, ask)
                self._log_unsaved(live, error)
                job = replace(live.job, error=str(error))
            else:
                live.unanswered = None
                self._count(looks=1, alerts=int(outcome.alert))
                self._listener.look_finished(look, job)
            live.job = job
            self._listener.job_changed(job)

    def _abandon(self, look: Look, error: str | None = None) -> None:
        """Nobody awaits it any more; and where its job has been deleted with it, nothing is left to say."""
        try:
            abandoned = replace(look, state=LookState.ABANDONED, error=error)
            self._store.looks.finish(abandoned, unanswered=self._stopping.is_set())
        except StoreError as failure:
            logger.debug("look %d is not noted as abandoned: %s", look.id, failure)

    def _keep(self, live: LiveJob, look: Look, job: Job, verdict: Verdict) -> None:
        """Commit a verdict that is no alert; one that was told before it may be withdrawn."""
        withdrawn = denied(live.told, verdict) if live.told else None
        self._store.looks.finish(look, job, withdrawn=withdrawn)
        if withdrawn is not None:
            live.told = None
            self._listener.alert_committed(withdrawn)

    def _alert(self, live: LiveJob, job: Job, judged: _Judged, ended: JobState | None) -> Job:
        """Commit an alert, or verify the one that was told before; returns the job as it is from then on."""
        now, watch, verdict = self._clock.now(), job.watch, judged.verdict
        job = replace(job, alerts=job.alerts + 1, last_alert_at=now.wall)
        if ended is not None:
            job = replace(job, state=ended, phase=None, ended_at=now.wall)
        evidence = self._shown(judged, live.told)
        alert = Alert(
            id=live.told.id if live.told else new_alert_id(now.wall),
            kind=AlertKind.CONDITION,
            job_id=job.id,
            camera=watch.camera,
            condition=watch.condition,
            message=verdict.message or verdict.reasoning,
            reasoning=verdict.reasoning,
            time=now.wall,
            frame_time=verdict.frame_time,
            judged_by=verdict.judged_by,
            confidence=verdict.confidence,
            evidence=len(evidence),
            look_id=judged.look.id,
        )
        self._store.alerts.commit(alert, evidence, job, judged.look, self._notifiers)
        live.told = None
        self._listener.alert_committed(alert)
        logger.info("job %s: alert %s, judged by %s", job.id, alert.id, alert.judged_by)
        return job

    def _shown(self, judged: _Judged, told: Alert | None) -> tuple[bytes, ...]:
        """What a look was shown; where it was shown nothing, what was told before stays as it is."""
        if told is None or judged.look.pictures or not told.evidence:
            return judged.evidence
        pictures = (self._store.alerts.evidence(told.id, n) for n in range(told.evidence))
        return tuple(jpeg for jpeg in pictures if jpeg is not None)

    def _evidence(self, job: Job, view: View, shown: tuple[LookImage, ...]) -> tuple[bytes, ...]:
        """What was judged, as it was shown; for a judge that wants no pictures one is fetched now. Blocks."""
        try:
            return tuple(image.jpeg for image in shown or self._sight.pictures(job.watch, view))
        except FrameUnavailableError as error:
            logger.warning("job %s: its alert goes out without a picture: %s", job.id, error)
            return ()

    def _no_verdict(self, live: LiveJob, ask: Ask, look: Look, error: JudgeError) -> None:
        """The judge failed: the policy decides when to try again, and the job says why it waits."""
        look = replace(look, paid=error.paid)
        with live.lock:
            if not live.awaits(ask) or self._stopping.is_set():
                live.policy.abandoned(ask, _tokens(look))
                self._abandon(look, str(error))
                return
            now = self._clock.now()
            _take_failure(live.policy, now, ask, error)
            first = live.job.error is None
            log = logger.warning if first else logger.debug
            log("job %s: no verdict: %s; trying again", live.job.id, error)
            live.change(looks=live.job.looks + 1, error=str(error))
            self._listener.job_changed(live.job)
            failed = replace(
                look,
                state=LookState.FAILED,
                error=str(error),
                provider=error.provider,
                prompt=error.prompt,
                reply=error.reply,
            )
            try:
                self._store.looks.finish(failed, live.job, unanswered=True)
            except StoreError as failure:
                self._log_unsaved(live, failure)
            else:
                self._listener.look_finished(failed, live.job)

    def _count(self, *, looks: int = 0, alerts: int = 0) -> None:
        with self._counting:
            self.looks += looks
            self.alerts += alerts

    def _not_asked(self, live: LiveJob, ask: Ask, why: str, back_off: Callable[[], None]) -> None:
        with live.lock:
            if live.awaits(ask) and not self._stopping.is_set():
                back_off()
                if live.change(error=why):
                    self._listener.job_changed(live.job)

    def _log_unsaved(self, live: LiveJob, error: StoreError) -> None:
        logger.error("job %s: %s; nobody was told, trying again later", live.job.id, error)


def _take_failure(policy: Policy, now: Moment, ask: Ask, error: JudgeError) -> None:
    """Tell the policy what kind of failure it was, and what it has cost."""
    paid = [tokens for _, tokens in error.paid]
    retry_after = error.retry_after if isinstance(error, JudgeUnavailableError) else None
    if isinstance(error, BadReplyError):
        policy.unreadable(now, ask, paid)
    elif isinstance(error, JudgeUnavailableError) and error.kind == BUDGET_SPENT:
        policy.unaffordable(now, retry_after, paid)
    else:
        policy.unavailable(now, retry_after, paid)


def _tokens(look: Look) -> list[int]:
    """Of each judge that was paid for it."""
    return [tokens for _, tokens in look.paid]


def _answered(look: Look, judgement: Judgement) -> Look:
    """The look with all that the judge gave back."""
    return replace(
        look,
        state=LookState.DONE,
        latency=judgement.latency,
        tokens=judgement.tokens,
        paid=judgement.paid,
        verdict=judgement.verdict,
        provider=judgement.provider or judgement.verdict.judged_by,
        model=judgement.model,
        prompt=judgement.prompt,
        reply=judgement.reply,
    )
