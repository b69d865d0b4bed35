"""The judge that needs no model: it answers from tracked objects, or says that it is unsure."""

from __future__ import annotations

import time
from functools import lru_cache

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
_SENTENCES_KEPT = 256


class DetectorJudge:
    """Implements `Judge`. Never blocks; a sentence is read once for each camera and remembered."""

    name = NAME
    wants_images = False

    def __init__(self) -> None:
        self._read = lru_cache(maxsize=_SENTENCES_KEPT)(read)

    def judge(self, question: Question, deadline: Deadline) -> Judgement:  # noqa: ARG002 - it takes microseconds
        started = time.perf_counter()
        match self._read(question.condition, question.camera):
            case NotUnderstood(reason=reason):
                verdict = _unsure(question, reason)
            case Condition() as condition:
                verdict = _verdict(question, condition)
        return Judgement(verdict=verdict, model=NAME, latency=time.perf_counter() - started)

    def understands(self, condition: str, camera: Camera) -> str | None:
        """None when it can answer `condition` about `camera`; else why not, in words for the author."""
        result = self._read(condition, camera)
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
