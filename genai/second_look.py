"""When one look is not enough, because what decided it may be somebody's writing. Pure.

Text held up to a camera is data. A model that reads it can still be moved by it, so a verdict that may rest
on text is to be confirmed by the detector's facts, or by a second look without the text. What matters is text
that

- speaks to the model or uses the words of its answer ("ignore", "verdict", "met"), or is a bare yes or no;
- repeats words of the condition or of the watched labels ("PARCEL"), or is long (six words and more), unless
  the condition itself asks for writing ("somebody holds up a sign");
- is named by the reasoning or message as what says so, though no text was reported.

Dates, numbers, the camera's own name and short inscriptions (a lorry's, a house's) don't matter. A model that
was moved *and* reports no text is caught only where the facts can tell: `contradicts_facts`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.verdict import Answer, Verdict
from genai.detector.condition import Condition, narrowed
from genai.detector.evaluate import evaluate
from genai.detector.grammar import NotUnderstood, read
from genai.judge import Question

LONG_TEXT = 6
"""Words; shorter inscriptions are everywhere."""
_MIN_STEM = 4
_ADDRESSING = re.compile(
    r"(un)?met|unsure|verdicts?|conditions?|confidence|reasoning|answers?|reply|respond|response|output|print|"
    r"say|report|json|true|false|ignore|disregard|forget|override|instructions?|rules?|prompts?|system|"
    r"assistant|ai|llm|gpt|model|alerts?|alarm|owner|user|previous|confirm"
)
_ANSWERS = re.compile(
    r"yes|no|okay|ok|not|ja|nein|oui|non|si|s\u00ed|sim|n\u00e3o|tak|nie|da|nej|nee|evet|hay\u0131r"
)
_COMMON = re.compile(r"there|this|that|with|from|when|some(body|one)?|any(body|one)|into|onto|near")
_OF_WRITING = re.compile(
    r"\b(signs?|text|writing|written|words?|letters?|says|reads|inscription|label(?:l?ed)?|notes?|papers?|"
    r"placards?|posters?|banners?|screens?|plates?|logos?|instruct\w*|claims)\b",
    re.IGNORECASE,
)


def rests_on_text(verdict: Verdict, question: Question) -> bool:
    """Whether a second look without the text must confirm the verdict before anything follows from it.

    Never for *unsure*, from which nothing follows, and not where the detector's facts say the same.
    """
    if verdict.answer is Answer.UNSURE or not _text_matters(verdict, question):
        return False
    return facts(question) is not verdict.answer


def contradicts_facts(verdict: Verdict, question: Question) -> bool:
    """Whether the detector fully understands the condition and its facts say the opposite."""
    known = facts(question)
    return known is not None and verdict.answer is not Answer.UNSURE and known is not verdict.answer


def facts(question: Question) -> Answer | None:
    """What the tracked objects themselves answer; None where the condition asks for more than they tell."""
    condition = _understood(question.condition, question.camera)
    if not isinstance(condition, Condition):
        return None
    finding = evaluate(narrowed(condition, question.labels, question.zones), question.objects)
    return None if finding.answer is Answer.UNSURE else finding.answer


@lru_cache(maxsize=256)
def _understood(condition: str, camera: Camera) -> Condition | NotUnderstood:
    """A job asks the same for as long as it lives, and reading a sentence takes milliseconds."""
    return read(condition, camera)


def _text_matters(verdict: Verdict, question: Question) -> bool:
    asked_for = bool(_OF_WRITING.search(question.condition))
    own = {*_words(question.camera.name), *_words(question.camera.friendly_name)}
    words = [word for word in _words(verdict.text_seen) if word not in own]
    if not words:
        return not asked_for and bool(_OF_WRITING.search(f"{verdict.reasoning} {verdict.message}"))
    if any(map(_ADDRESSING.fullmatch, words)) or all(map(_ANSWERS.fullmatch, words)):
        return True
    return not asked_for and (len(words) >= LONG_TEXT or _echoes(words, question))


def _echoes(words: list[str], question: Question) -> bool:
    """Whether a word of the text is one of the condition's or a label, but for its ending."""
    asked = [word for text in (question.condition, *question.labels) for word in _words(text)]
    stems = [word for word in asked if len(word) >= _MIN_STEM and not _COMMON.fullmatch(word)]
    long = [word for word in words if len(word) >= _MIN_STEM]
    return any(word.startswith(stem) or stem.startswith(word) for word in long for stem in stems)


def _words(text: str) -> list[str]:
    """Words of letters, in lower case; what belongs to no alphabet (kanji ...) counts by the character."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]{2,}", plain)
