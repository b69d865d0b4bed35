"""Whether a verdict is to be confirmed before anything follows from it, and by what. Decides.

The second look is at the same frame under a veil, so that no writing in it can be read. Its answer counts,
whatever either says of writing: text can delay an alert by that one look, and neither make nor suppress one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from frigate_ext.domain.verdict import Answer, Verdict
from genai.detector.judge import NAME as DETECTOR
from genai.judge import Question, Veil, Veiled
from genai.second_look import (
    asks_for_writing,
    contradicts_facts,
    harmless_words,
    may_keep_quiet,
    rests_on_text,
)

Cover = Callable[[bytes], Veiled]
"""A JPEG under a veil. Blocks."""
Finds = Callable[[bytes], bool]
"""Whether there is writing in a JPEG; False where nobody can look. Blocks."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a verdict needs a second look, in words for its owner, and what that look asks."""

    why: str
    question: Question


def doubt(
    verdict: Verdict, question: Question, cover: Cover, finds: Finds, *, is_episode: bool, is_second: bool
) -> Doubt | None:
    """What stands against a verdict; nothing against a second one. Blocks for `cover` where something does.

    `is_episode` says that an edge caused the look: only then a *not met* is asked again because of the
    detector's facts, lest a thing that the detector imagines doubles every look, or because of writing that
    the model keeps quiet about.
    """
    if is_second or verdict.judged_by == DETECTOR:
        return None
    if question.veil is Veil.NONE and rests_on_text(verdict, question):
        return _about_text(verdict, question, cover)
    if verdict.answer is not Answer.MET and not is_episode:
        return None
    if contradicts_facts(verdict, question):
        return _about_facts(verdict, question, cover, finds)
    if question.veil is Veil.NONE and may_keep_quiet(verdict, question):
        return _about_silence(question, cover, finds)
    return None


def settled(verdict: Verdict, question: Question, *, is_second: bool) -> Verdict:
    """What counts of an answer that is not asked about again.

    The detector alone can't confirm what a model has said, and a model nothing that it reads all the same
    where there is nobody to cover it.
    """
    if is_second and verdict.judged_by == DETECTOR:
        return _unsure(verdict, "no model could take a second look")
    if question.veil is Veil.BLURRED and verdict.text_seen and rests_on_text(verdict, question):
        return _unsure(verdict, f"writing can\u2019t be covered without the text finder{_quoted(verdict)}")
    return verdict


def covered_at_once(question: Question, cover: Cover) -> Question | None:
    """A first question without the writing that has led to second looks before; None where there is none."""
    if asks_for_writing(question.condition):
        return None
    covered, had_writing = _covered(question, cover)
    return covered if had_writing else None


def covered(question: Question, cover: Cover, writing: str = "") -> Question:
    """A question with its pictures under a veil; `writing` are words of them that it may know of."""
    return replace(_covered(question, cover)[0], writing=writing)


def _about_text(verdict: Verdict, question: Question, cover: Cover) -> Doubt:
    words = harmless_words(verdict) if asks_for_writing(question.condition) else ""
    return Doubt(f"it may rest on writing{_quoted(verdict)}", covered(question, cover, words))


def _about_facts(verdict: Verdict, question: Question, cover: Cover, finds: Finds) -> Doubt | None:
    """A *met* that the facts deny is asked again only where writing is in sight: the detector errs too."""
    is_bare = question.veil is Veil.NONE
    if verdict.answer is Answer.MET and not (is_bare and _shows_writing(question, finds)):
        return None
    return Doubt("the detector\u2019s facts say otherwise", covered(question, cover) if is_bare else question)


def _about_silence(question: Question, cover: Cover, finds: Finds) -> Doubt | None:
    if not _shows_writing(question, finds):
        return None
    return Doubt("there is writing in sight that it says nothing of", covered(question, cover))


def _shows_writing(question: Question, finds: Finds) -> bool:
    return any(finds(image.jpeg) for image in question.images)


def _covered(question: Question, cover: Cover) -> tuple[Question, bool]:
    """With pictures under a veil, as thin as the thinnest, and whether writing was found in any."""
    veiled = [cover(image.jpeg) for image in question.images]
    images = tuple(replace(image, jpeg=one.jpeg) for image, one in zip(question.images, veiled, strict=True))
    thin = any(one.veil is Veil.BLURRED for one in veiled)
    question = replace(question, images=images, veil=Veil.BLURRED if thin else Veil.FULL)
    return question, any(one.had_writing for one in veiled)


def _unsure(verdict: Verdict, why: str) -> Verdict:
    """The same verdict, from which nothing follows."""
    return replace(
        verdict, answer=Answer.UNSURE, reasoning=f"Not relied on: {why}. {verdict.reasoning}".strip()
    )


def _quoted(verdict: Verdict) -> str:
    return f" (\u201c{verdict.text_seen}\u201d)" if verdict.text_seen else ""
