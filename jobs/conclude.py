"""What follows from a look: an alert, a second look, another try. Commits it before anybody is told."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from frigate_ext.domain.look import Look, LookState
from frigate_ext.domain.verdict import Verdict
from frigate_ext.domain.watch import Job, JobState
from frigate_ext.errors import BadReplyError, JudgeError, JudgeUnavailableError, StoreError
from frigate_ext.runtime.clock import Clock, Moment
from frigate_ext.store import Store
from genai.judge import BUDGET_SPENT
from jobs import intent
from jobs.absence import Absence
from jobs.alerts import denied, verified
from jobs.intent import Intent
from jobs.listener import Listener
from jobs.live import LiveJob
from jobs.plan import Ask
from jobs.policy import Policy

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judged:
    """A look that got its verdict.

    `in_frame` are the ids of the real objects in the judged frame; `evidence` are JPEGs, that frame last, and
    empty where it is what the look was shown.
    """

    look: Look
    verdict: Verdict
    in_frame: frozenset[str]
    evidence: tuple[bytes, ...]
    instead: JudgeError | None = None
    """Why it was not judged by those who should."""


class Conclusions:
    """Safe to call from several threads; takes the job's lock itself."""

    def __init__(self, *, store: Store, clock: Clock, listener: Listener, notifiers: Collection[str]) -> None:
        self._store = store
        self._clock = clock
        self._listener = listener
        self._notifiers = notifiers
        self._counting = threading.Lock()
        self._stopping = threading.Event()
        self.looks, self.alerts = 0, 0
        """Verdicts, and alerts that came of them, so far."""

    def stop(self) -> None:
        """Whatever fails from now on fails because everything ends: it is asked again after a restart."""
        self._stopping.set()

    def judged(self, live: LiveJob, ask: Ask, judged: Judged) -> None:
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
            outcome = live.policy.answered(now, ask, verdict, judged.in_frame, _tokens(look))
            looks, armed = live.job.looks + 1, live.policy.armed
            error = f"{judged.instead}; {verdict.judged_by} judges meanwhile" if judged.instead else None
            job = replace(live.job, looks=looks, last_verdict=verdict, armed=armed, error=error)
            if not ask.by_stand_in:
                live.absence.note(judged.instead)
            try:
                if outcome.alert:
                    job = self._alert(live, job, judged, outcome.ended)
                else:
                    self._keep(live, look, job, verdict)
            except StoreError as error:
                live.policy.unsaved(now, ask, alert=outcome.alert)
                log_unsaved(live, error)
                job = replace(live.job, error=str(error))
            else:
                live.unanswered = None
                live.verdicts.append(verdict)
                self._count(looks=1, alerts=int(outcome.alert))
                self._listener.look_finished(look, job)
            live.job = job
            self._listener.job_changed(job)

    def _abandon(self, look: Look) -> None:
        """Nobody awaits it any more; and where its job has been deleted with it, nothing is left to say."""
        try:
            abandoned = replace(look, state=LookState.ABANDONED)
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

    def _alert(self, live: LiveJob, job: Job, judged: Judged, ended: JobState | None) -> Job:
        """Commit an alert, or verify the one that was told before; returns the job as it is from then on."""
        now, verdict = self._clock.now(), judged.verdict
        job = replace(job, alerts=job.alerts + 1, last_alert_at=now.wall)
        if ended is not None:
            job = replace(job, state=ended, phase=None, ended_at=now.wall, error=None)
        told, look, evidence = live.told, judged.look, judged.evidence
        count = len(evidence) or look.pictures or (told.evidence if told else 0)
        alert = verified(verdict, job, now.wall, told=told, look_id=look.id, evidence=count)
        self._store.alerts.commit(alert, evidence, job, look, self._notifiers)
        live.told = None
        self._listener.alert_committed(alert)
        logger.info("job %s: alert %s, judged by %s", job.id, alert.id, alert.judged_by)
        return job

    def doubted(self, live: LiveJob, ask: Ask, look: Look, why: str, wish: Intent | None) -> Ask | None:
        """Note a verdict from which nothing follows but a second look; None where that must wait.

        `wish` is what that asks about the edge, if there is one.
        """
        with live.lock:
            if not live.awaits(ask):
                live.policy.abandoned(ask, _tokens(look))
                self._abandon(look)
                return None
            if wish is not None:
                live.unanswered = wish
            doubted = replace(look, state=LookState.DOUBTED, error=why)
            job = replace(live.job, looks=live.job.looks + 1)
            written = intent.written(wish) if wish else None
            self._store.looks.finish(doubted, job, unanswered=True, intent=written)
            again = live.policy.look_again(self._clock.now(), ask, _tokens(look))
            error = None if again else f"{why}; a second look waits until the budget allows it"
            live.job = replace(job, error=error)
            self._count(looks=1)
            self._listener.look_finished(doubted, live.job)
            self._listener.job_changed(live.job)
        return again

    def no_verdict(self, live: LiveJob, ask: Ask, look: Look, error: JudgeError) -> None:
        """The judge failed: the policy decides when to try again, and the job says why it waits."""
        look = _failed(look, error)
        with live.lock:
            if not live.awaits(ask) or self._stopping.is_set():
                live.policy.abandoned(ask, _tokens(look))
                self._abandon(look)
                return
            now = self._clock.now()
            _take_failure(live.policy, now, ask, error)
            live.absence = Absence()
            first = live.job.error is None
            log = logger.warning if first else logger.debug
            log("job %s: no verdict: %s; trying again", live.job.id, error)
            live.change(looks=live.job.looks + 1, error=str(error))
            self._listener.job_changed(live.job)
            try:
                self._store.looks.finish(look, live.job, unanswered=True)
            except StoreError as failure:
                log_unsaved(live, failure)
            else:
                self._listener.look_finished(look, live.job)

    def frame_lost(self, live: LiveJob, ask: Ask, why: str) -> None:
        """There is no frame to judge: nobody was asked."""
        self._not_asked(live, ask, why, live.policy.frame_lost)

    def failing(self, live: LiveJob, ask: Ask, why: str) -> None:
        """Something of our own broke: nobody was asked, or what came of it could not be kept."""
        self._not_asked(live, ask, why, lambda now, _: live.policy.failing(now))

    def _not_asked(self, live: LiveJob, ask: Ask, why: str, back_off: Callable[[Moment, Ask], None]) -> None:
        with live.lock:
            if live.awaits(ask) and not self._stopping.is_set():
                back_off(self._clock.now(), ask)
                if live.change(error=why):
                    self._listener.job_changed(live.job)

    def _count(self, *, looks: int = 0, alerts: int = 0) -> None:
        with self._counting:
            self.looks += looks
            self.alerts += alerts


def log_unsaved(live: LiveJob, error: StoreError) -> None:
    """Once, as long as the job has no other trouble."""
    level = logging.DEBUG if live.job.error == str(error) else logging.ERROR
    logger.log(level, "job %s: %s; nobody was told, trying again later", live.job.id, error)


def _failed(look: Look, error: JudgeError) -> Look:
    """The look with all that is known of an answer that was no verdict, or never came."""
    return replace(
        look,
        state=LookState.FAILED,
        error=str(error),
        provider=error.provider,
        model=error.model,
        prompt=error.prompt,
        reply=error.reply,
        tokens=sum(tokens for _, tokens in error.paid) or None,
        paid=error.paid,
    )


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
