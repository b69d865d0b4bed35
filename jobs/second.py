"""Whether a verdict is to be confirmed before anything follows from it, and by what. Decides.

The second look is at the same frame, its writing covered. Its answer counts, whatever the first one was: text
can delay an alert by that one look, but neither make nor suppress one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.errors import ModelError
from genai.detector.judge import NAME as DETECTOR
from genai.judge import LookImage, Question
from genai.second_look import contradicts_facts, rests_on_text

Cover = Callable[[bytes], bytes | None]
"""A JPEG with its writing covered; None where it shows none. Blocks; raises ModelError."""


def cannot_cover(jpeg: bytes) -> bytes | None:  # noqa: ARG001 - a Cover
    """The `Cover` of who has no text finder."""
    raise ModelError("there is no text finder")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a verdict needs a second look, in words for its owner, and what that look asks.

    `question` is None where nothing better can be asked: the verdict then counts as *unsure*.
    """

    why: str
    question: Question | None


def doubt(verdict: Verdict, question: Question, cover: Cover, *, is_episode: bool) -> Doubt | None:
    """What stands against a first verdict. Blocks for `cover` where something does.

    `is_episode` says that an edge caused the look: only then a *not met* is asked again because of the
    detector's facts, lest a thing that the detector imagines doubles every look.
    """
    if question.second or verdict.judged_by == DETECTOR:
        return None
    if rests_on_text(verdict, question):
        return _about_text(verdict, question, cover)
    relevant = verdict.answer is Answer.MET or is_episode
    return (
        _about_facts(verdict, question, cover) if relevant and contradicts_facts(verdict, question) else None
    )


def settled(verdict: Verdict, question: Question) -> Verdict:
    """What counts of an answer that is not asked about again.

    A second one counts for nothing where it still rests on writing, for then not all of it was covered, and
    where the detector gave it, for that alone can't confirm what a model has said.
    """
    if not question.second:
        return verdict
    if verdict.judged_by == DETECTOR:
        return unsure(verdict, "no model could take a second look")
    if verdict.text_seen and rests_on_text(verdict, question):
        return unsure(verdict, f"not all writing could be covered (\u201c{verdict.text_seen}\u201d)")
    return verdict


def unsure(verdict: Verdict, why: str) -> Verdict:
    """The same verdict, from which nothing follows."""
    return replace(
        verdict, answer=Answer.UNSURE, reasoning=f"Not relied on: {why}. {verdict.reasoning}".strip()
    )


def _about_text(verdict: Verdict, question: Question, cover: Cover) -> Doubt:
    text = (
        f"it may rest on writing (\u201c{verdict.text_seen}\u201d)"
        if verdict.text_seen
        else "it may rest on writing"
    )
    try:
        images = _covered(question.images, cover)
    except ModelError as error:
        return Doubt(f"{text}, which can't be covered for a second look: {error}", None)
    if images is None:
        return Doubt(f"{text}, which is not found in the picture", None)
    return Doubt(text, replace(question, images=images, second=True))


def _about_facts(verdict: Verdict, question: Question, cover: Cover) -> Doubt | None:
    """A *met* that the facts deny is asked again only where writing is in sight: the detector errs too."""
    try:
        images = _covered(question.images, cover)
    except ModelError:
        images = None
    if images is None and verdict.answer is Answer.MET:
        return None
    why = "the detector\u2019s facts say otherwise"
    return Doubt(why, replace(question, images=images or question.images, second=True))


def _covered(images: tuple[LookImage, ...], cover: Cover) -> tuple[LookImage, ...] | None:
    """The pictures without their writing; None where none of them shows any."""
    without = [cover(image.jpeg) for image in images]
    if not any(without):
        return None
    return tuple(replace(image, jpeg=jpeg or image.jpeg) for image, jpeg in zip(images, without, strict=True))
