"""The judge that needs no model: it answers from tracked objects, or says that it is unsure."""

from __future__ import annotations

import time

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from genai.detector.condition import Condition, narrowed
from genai.detector.evaluate import evaluate
from genai.detector.grammar import NotUnderstood, read
from genai.detector.wording import message, reasoning
from genai.judge import Judgement, Question

NAME = "detector"


class DetectorJudge:
    """Implements `Judge`. Never blocks."""

    name = NAME
    wants_images = False

    def judge(self, question: Question, deadline: Deadline) -> Judgement:  # noqa: ARG002 - it takes microseconds
        started = time.perf_counter()
        match read(question.condition, question.camera):
            case NotUnderstood(reason=reason):
                verdict = _unsure(question, reason)
            case Condition() as condition:
                verdict = _verdict(question, condition)
        return Judgement(verdict=verdict, model=NAME, latency=time.perf_counter() - started)

    def understands(self, condition: str, camera: Camera) -> str | None:
        """None when it can answer `condition` about `camera`; else why not, in words for the author."""
        result = read(condition, camera)
        return result.reason if isinstance(result, NotUnderstood) else None

    def health(self) -> PartHealth:
        return PartHealth(PartState.OK)

    def close(self) -> None:
        """Nothing to give up."""


def _unsure(question: Question, reason: str) -> Verdict:
    return Verdict(
        answer=Answer.UNSURE,
        confidence=0.0,
        reasoning=f"Not understood: {reason}.",
        frame_time=question.frame_time,
        judged_by=NAME,
    )


def _verdict(question: Question, condition: Condition) -> Verdict:
    finding = evaluate(narrowed(condition, question.labels, question.zones), question.objects)
    return Verdict(
        answer=finding.answer,
        confidence=finding.confidence,
        reasoning=reasoning(finding, question.camera),
        message=message(finding, question.camera),
        frame_time=question.frame_time,
        judged_by=NAME,
    )
