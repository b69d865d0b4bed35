"""Every phrase that means something when one particular camera is spoken of."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TypeVar

from frigate_ext.domain.camera import Camera
from genai.detector import words
from genai.detector.condition import Amount
from genai.detector.labels import CATEGORIES, COCO_80, SYNONYMS, plural
from genai.detector.words import Comparison, Keyword, Motion, MotionVerb, Number, Pronoun


@dataclass(frozen=True, slots=True)
class Noun:
    """A word for `labels` this camera tracks and `untracked` ones it does not; neither: anything tracked."""

    labels: tuple[str, ...]
    untracked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ZoneName:
    zones: tuple[str, ...]


Meaning = Keyword | Comparison | Amount | Number | Pronoun | Motion | MotionVerb | Noun | ZoneName
Phrase = tuple[str, ...]
_M = TypeVar("_M")


@lru_cache(maxsize=64)
def vocabulary(camera: Camera) -> Mapping[Phrase, tuple[Meaning, ...]]:
    """Phrases, as tokens, and everything each can mean ("bench": an object, or a zone of that name).

    Kept, for it takes fifty times as long as reading a sentence with it; 0.1 MB.
    """
    known: defaultdict[Phrase, tuple[Meaning, ...]] = defaultdict(tuple)
    for phrase, meaning in chain(_fixed(), _nouns(camera.labels), _zones(camera), _views(camera)):
        key = tuple(tokens(phrase))
        if key and meaning not in known[key]:
            known[key] += (meaning,)
    return dict(known)


def tokens(text: str) -> list[str]:
    """Lower-case words; anything else but spaces is a token of its own, so that nothing is overlooked."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    text = re.sub(r"(?<=\w)[-_]+(?=\w)", " ", text)
    text = re.sub(r"\bcan't\b", "can not", text)
    text = re.sub(r"\b(is|are)n't\b", r"\1 not", text)
    text = re.sub(r"(?<=\w)'s\b", " is", text)
    text = re.sub(r"(?<=\w)'re\b", " are", text)
    return re.findall(r"\w+(?:'\w+)*|\S", text)


def _fixed() -> Iterator[tuple[str, Meaning]]:
    yield from _listed(words.KEYWORDS)
    yield from _listed(words.COMPARISONS)
    yield from _listed(words.AMOUNTS)
    yield from _listed(words.PRONOUNS)
    yield from _listed(words.MOTIONS)
    yield from ((phrase, MotionVerb(motion)) for phrase, motion in _listed(words.MOTION_VERBS))
    yield from _listed({Noun(()): words.THINGS})
    yield from ((word, Number(value)) for value, word in enumerate(words.NUMBERS))


def _listed(table: Mapping[_M, str]) -> Iterator[tuple[str, _M]]:
    return ((phrase, meaning) for meaning, phrases in table.items() for phrase in phrases.split(", "))


def _nouns(tracked: tuple[str, ...]) -> Iterator[tuple[str, Meaning]]:
    """A label's own name beats a synonym of another's, and both beat a category."""
    names = dict(CATEGORIES)
    names |= {synonym: (label,) for label, synonyms in SYNONYMS.items() for synonym in synonyms}
    names |= {label.replace("_", " "): (label,) for label in (*COCO_80, *SYNONYMS, *tracked)}
    for name, members in names.items():
        noun = Noun(
            labels=tuple(label for label in members if label in tracked),
            untracked=tuple(label for label in members if label not in tracked),
        )
        yield from ((form, noun) for form in (name, plural(name)))


def _zones(camera: Camera) -> Iterator[tuple[str, Meaning]]:
    """Two zones of the same friendly name are one place."""
    spoken: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for zone in camera.zones:
        for name in {" ".join(tokens(zone.name)), " ".join(tokens(zone.friendly_name))}:
            spoken[name] += (zone.name,)
    for name, zones in spoken.items():
        yield from (
            (form, ZoneName(zones)) for form in (name, f"{name} zone", f"zone {name}", f"{name} area")
        )


def _views(camera: Camera) -> Iterator[tuple[str, Meaning]]:
    for name in (camera.name, camera.friendly_name):
        yield from ((form, Keyword.VIEW) for form in (name, f"{name} camera"))
