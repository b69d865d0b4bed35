"""One look, from the policy's wish to the answer; what follows from that is `jobs.conclude`'s."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.look import Look, LookReason, LookState, SeenObject
from frigate_ext.domain.verdict import Answer
from frigate_ext.domain.watch import Job, JobState, Phase
from frigate_ext.errors import BadReplyError, FrameUnavailableError, JudgeError, StoreError
from frigate_ext.runtime.clock import Clock, Deadline
from frigate_ext.store import Store
from genai.judge import Judge, Judgement, LookImage, PastVerdict, Question, Veil
from jobs import intent
from jobs.conclude import Conclusions, Judged, log_unsaved
from jobs.intent import Intent
from jobs.listener import Listener
from jobs.live import LiveJob
from jobs.picture import View
from jobs.plan import Ask
from jobs.second import Cover, Finds, covered, covered_at_once, doubt, settled
from jobs.sight import Sight
from jobs.trigger import Edge

logger = logging.getLogger(__name__)

_AT_REST = {LookReason.INITIAL, LookReason.SCHEDULED}
"""Reasons of looks for which nothing has happened."""
_NOTES = 5
"""The owner's remarks on wrong alerts that a judge is told of."""


@dataclass(frozen=True, slots=True)
class _Put:
    """What is asked of which frame, because of what a `doubted` look said to it where there was one."""

    view: View
    question: Question
    sharp: tuple[LookImage, ...]
    """Its pictures, which the question may show under a veil."""
    doubted: int | None = None

    @property
    def is_second(self) -> bool:
        return self.doubted is not None

    def wish(self, edge: Edge | None) -> Intent | None:
        """What is to be asked again where an edge caused it and nobody has answered."""
        images = self.sharp if self.is_second else self.question.images
        return Intent(edge, images, self.doubted, self.question.writing) if edge else None


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
        conclusions: Conclusions,
        cover: Cover,
        finds: Finds,
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
        self._conclusions = conclusions
        self._cover = cover
        self._finds = finds
        self._timeout = timeout

    def ask_again(self, live: LiveJob) -> None:
        """Have a job ask again what an earlier run asked and got no answer to. Raises StoreError."""
        unanswered = self._store.looks.unanswered(live.job.id)
        live.unanswered = intent.read(unanswered, self._store.looks.pictures) if unanswered else None
        if live.unanswered is not None:
            live.policy.ask_again(live.unanswered.edge, self._clock.now())

    def run(self, live: LiveJob) -> None:
        """Look once, if a look is still due; blocks for the judge. Every error ends in the job's record."""
        with live.lock:
            now = self._clock.now()
            due = live.job.state is JobState.RUNNING
            ask = live.policy.begin(now, self._sight.scene(live.job.watch)) if due else None
            if ask is not None and self._judge_of(ask).wants_images and live.change(phase=Phase.LOOKING):
                self._listener.job_changed(live.job)
        again = None
        while ask is not None:
            ask, again = self._step(live, ask, again)

    def _step(self, live: LiveJob, ask: Ask, again: _Put | None) -> tuple[Ask | None, _Put | None]:
        """One question, and what is asked next of the same frame; no `Ask` when nothing is now."""
        try:
            return self._put(live, ask, again or self._first(live, ask))
        except FrameUnavailableError as error:
            self._conclusions.frame_lost(live, ask, str(error))
        except StoreError as error:
            log_unsaved(live, error)
            self._conclusions.failing(live, ask, str(error))
        except Exception as error:  # the last resort of one look: its job waits, the looker goes on
            logger.exception("job %s: a look failed, trying again later", live.job.id)
            self._conclusions.failing(live, ask, f"a look failed: {type(error).__name__}")
        return None, None

    def _first(self, live: LiveJob, ask: Ask) -> _Put:
        """What is to be asked; after a restart that may be the second question already."""
        job = live.job
        camera = self._cameras(job.watch.camera)
        if camera is None:
            raise FrameUnavailableError(f"{job.watch.camera} is not configured any more")
        view = self._sight.view(camera.name, ask)
        unanswered = live.unanswered if live.unanswered and live.unanswered.edge is ask.edge else None
        wants_images = self._judge_of(ask).wants_images
        if wants_images and unanswered is None:
            self._sight.fetch(job.watch, view)  # on its way while the question is put together
        elif not wants_images and ask.reason not in _AT_REST:
            self._sight.attend(camera.name)
        question = self._question(live, camera, view)
        images = self._images(job, view, unanswered) if wants_images else ()
        question = replace(question, images=images)
        if unanswered is not None and unanswered.doubted is not None:
            second = covered(question, self._cover, unanswered.writing)
            return _Put(view, second, images, unanswered.doubted)
        if live.covers and wants_images:
            at_once = covered_at_once(question, self._cover)
            live.covers, question = at_once is not None, at_once or question
        return _Put(view, question, images)

    def _put(self, live: LiveJob, ask: Ask, put: _Put) -> tuple[Ask | None, _Put | None]:
        """Ask a question and see to what follows from the verdict: the second look, if it needs one."""
        question = put.question
        look = self._begin(live.job, ask, put)
        if look is None:
            raise FrameUnavailableError(f"{ask.edge} has been judged already")
        with live.lock:
            deadline = live.ask(ask, Deadline(self._timeout))
        began = self._clock.now().monotonic
        try:
            judgement = self._judge_of(ask).judge(question, deadline)
        except JudgeError as error:
            live.covers = live.covers or isinstance(error, BadReplyError)
            waited = self._clock.now().monotonic - began
            self._conclusions.no_verdict(live, ask, replace(look, latency=waited), error)
            return None, None
        look, verdict = _answered(look, judgement), judgement.verdict
        is_episode, is_second = ask.edge is not None, put.is_second
        doubts = doubt(
            verdict, question, self._cover, self._finds, is_episode=is_episode, is_second=is_second
        )
        if doubts is not None:
            live.covers = True
            again = replace(put, question=doubts.question, doubted=look.id)
            second = self._conclusions.doubted(live, ask, look, doubts.why, again.wish(ask.edge))
            return second, again
        verdict = settled(verdict, question, is_second=is_second)
        self._conclude(live, ask, put, look, replace(judgement, verdict=verdict))
        return None, None

    def _conclude(self, live: LiveJob, ask: Ask, put: _Put, look: Look, judgement: Judgement) -> None:
        verdict = judgement.verdict
        met = verdict.answer is Answer.MET
        evidence = self._evidence(live.job, put) if met else ()
        in_frame = frozenset(o.id for o in put.view.objects)
        judged = Judged(replace(look, verdict=verdict), verdict, in_frame, evidence, judgement.instead)
        self._conclusions.judged(live, ask, judged)

    def _images(self, job: Job, view: View, unanswered: Intent | None) -> tuple[LookImage, ...]:
        """What the judge is shown: for a look that is asked again, the very pictures it was to be shown."""
        if unanswered is not None and unanswered.images:
            return unanswered.images
        return self._sight.pictures(job.watch, view)

    def _judge_of(self, ask: Ask) -> Judge:
        return self._stand_in if ask.by_stand_in else self._judge

    def _begin(self, job: Job, ask: Ask, put: _Put) -> Look | None:
        """Commit the look, and where an edge caused it, all that is needed to ask it again."""
        view, question = put.view, put.question
        jpegs = tuple(image.jpeg for image in question.images)
        look = Look(
            id=0,
            job_id=job.id,
            reason=LookReason.SECOND if put.is_second else ask.reason,
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
        wish = put.wish(ask.edge)
        return self._store.looks.begin(look, jpegs, intent.written(wish) if wish else None)

    def _question(self, live: LiveJob, camera: Camera, view: View) -> Question:
        """What is asked, without the pictures."""
        job = live.job
        since = job.asked_since or 0.0
        verdicts = [verdict for verdict in live.verdicts if verdict.frame_time >= since]
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
            timezone=live.policy.timezone,
            notes=self._store.alerts.wrong_notes(job.id, _NOTES),
        )

    def _evidence(self, job: Job, put: _Put) -> tuple[bytes, ...]:
        """What was judged, where the look was shown something else: a veil over it, or nothing. Blocks."""
        if put.sharp and put.question.veil is Veil.NONE:
            return ()
        try:
            return tuple(image.jpeg for image in put.sharp or self._sight.pictures(job.watch, put.view))
        except FrameUnavailableError as error:
            logger.warning("job %s: its alert goes out without a picture: %s", job.id, error)
            return ()


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
