"""Whether a verdict is to be confirmed before anything follows from it, and by what. Decides.

The second look is at the same frame, its writing covered, or blurred where none is found. Its answer counts,
whatever the first one was: text can delay an alert by that one look, but neither make nor suppress one. Where
some writing can be read all the same, the detector's facts decide, and where these can't, a last look does
that shows the frame blurred.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.errors import ModelError
from genai.detector.judge import NAME as DETECTOR
from genai.judge import LookImage, Question, Veil
from genai.second_look import asks_for_writing, contradicts_facts, facts, rests_on_text

Cover = Callable[[bytes, Veil], bytes | None]
"""A JPEG under a veil; None where there is no writing to cover, never where all is blurred.

Blocks; raises ModelError where writing can't be covered.
"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a verdict needs a second look, in words for its owner, and what that look asks."""

    why: str
    question: Question


def doubt(
    verdict: Verdict, question: Question, cover: Cover, *, is_episode: bool, is_second: bool
) -> Doubt | None:
    """What stands against a verdict. Blocks for `cover` where something does.

    `is_episode` says that an edge caused the look: only then a *not met* is asked again because of the
    detector's facts, lest a thing that the detector imagines doubles every look.
    """
    if verdict.judged_by == DETECTOR:
        return None
    if _reads_on(verdict, question) if question.veil is not Veil.NONE else rests_on_text(verdict, question):
        return _about_text(verdict, question, cover)
    relevant = verdict.answer is Answer.MET or is_episode
    if is_second or not relevant or not contradicts_facts(verdict, question):
        return None
    return _about_facts(verdict, question, cover)


def settled(verdict: Verdict, question: Question, *, is_second: bool) -> Verdict:
    """What counts of an answer that is not asked about again.

    The detector alone can't confirm what a model has said. Where a model reads writing in spite of all, its
    answer counts for nothing.
    """
    if verdict.judged_by == DETECTOR:
        return _unsure(verdict, "no model could take a second look") if is_second else verdict
    if question.veil is Veil.NONE or not _reads_writing(verdict, question):
        return verdict
    known = facts(question)
    if known is None:
        return _unsure(verdict, f"not all writing could be covered ({_quoted(verdict)})")
    why = f"The detector\u2019s facts decide, for the model may rest on writing ({_quoted(verdict)})."
    return replace(verdict, answer=known, reasoning=why, message="", judged_by=DETECTOR)


def covered_at_once(question: Question, cover: Cover) -> Question | None:
    """A first question without the writing that has led to second looks before; None where there is none."""
    if asks_for_writing(question.condition):
        return None
    images = _covered(question.images, cover)
    return replace(question, images=images, veil=Veil.WRITING) if images else None


def _reads_on(verdict: Verdict, question: Question) -> bool:
    """Whether a model reads writing in spite of a veil, and another look may help."""
    return question.veil is Veil.WRITING and _reads_writing(verdict, question) and facts(question) is None


def _reads_writing(verdict: Verdict, question: Question) -> bool:
    """In veiled pictures: what it says of writing that it can't read matters no more."""
    return bool(verdict.text_seen) and rests_on_text(verdict, question)


def _unsure(verdict: Verdict, why: str) -> Verdict:
    """The same verdict, from which nothing follows."""
    return replace(
        verdict, answer=Answer.UNSURE, reasoning=f"Not relied on: {why}. {verdict.reasoning}".strip()
    )


def _about_text(verdict: Verdict, question: Question, cover: Cover) -> Doubt:
    quote = f" ({_quoted(verdict)})" if verdict.text_seen else ""
    images = _covered(question.images, cover) if question.veil is Veil.NONE else None
    veil = Veil.WRITING if images else Veil.ALL
    return Doubt(
        f"it may rest on writing{quote}",
        replace(question, images=images or _blurred(question.images, cover), veil=veil),
    )


def _about_facts(verdict: Verdict, question: Question, cover: Cover) -> Doubt | None:
    """A *met* that the facts deny is asked again only where writing is in sight: the detector errs too."""
    images = _covered(question.images, cover) if question.veil is Veil.NONE else question.images
    if images is None and verdict.answer is Answer.MET:
        return None
    again = replace(question, images=images, veil=Veil.WRITING) if images else question
    return Doubt("the detector\u2019s facts say otherwise", again)


def _covered(images: tuple[LookImage, ...], cover: Cover) -> tuple[LookImage, ...] | None:
    """The pictures without their writing; None where none of them shows any, or nobody can tell."""
    try:
        without = [cover(image.jpeg, Veil.WRITING) for image in images]
    except ModelError:
        return None
    if not any(without):
        return None
    return tuple(replace(image, jpeg=jpeg or image.jpeg) for image, jpeg in zip(images, without, strict=True))


def _blurred(images: tuple[LookImage, ...], cover: Cover) -> tuple[LookImage, ...]:
    return tuple(replace(image, jpeg=cover(image.jpeg, Veil.ALL) or image.jpeg) for image in images)


def _quoted(verdict: Verdict) -> str:
    return f"\u201c{verdict.text_seen}\u201d"
