"""Every word of the grammar that is not a noun or a zone, by what it does in a sentence.

A word that stands in no table here, names no label and no zone makes the judge *unsure*; leaving one out is
therefore always safe, and adding one is a promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from genai.detector.condition import NONE, SOME, Amount
from genai.detector.labels import ANIMALS, PERSON, VEHICLES


class Keyword(Enum):
    COMMAND = auto()
    """A polite wish to be told; says nothing about the scene."""
    WHEN = auto()
    FILLER = auto()
    """Left out wherever it stands: the judge always speaks of now and of the whole view."""
    AND = auto()
    OR = auto()
    COMMA = auto()
    BOTH = auto()
    EITHER = auto()
    NOT = auto()
    BE = auto()
    THERE = auto()
    WHO = auto()
    THE = auto()
    A = auto()
    ANOTHER = auto()
    OR_MORE = auto()
    OR_FEWER = auto()
    IN = auto()
    OUTSIDE = auto()
    NEAR = auto()
    VIEW = auto()
    """The whole picture, as a place."""
    PRESENT = auto()
    STANDING = auto()
    """A way of being somewhere; a posture can't be negated here."""
    APPEARS = auto()
    ENTERS = auto()
    ENTERING = auto()
    ABSENT = auto()
    EMPTY = auto()
    OF = auto()
    FROM = auto()


class Comparison(Enum):
    AT_LEAST = auto()
    AT_MOST = auto()
    EXACTLY = auto()
    MORE_THAN = auto()
    FEWER_THAN = auto()

    def with_number(self, number: int) -> Amount:
        match self:
            case Comparison.AT_LEAST:
                return Amount(number, None)
            case Comparison.AT_MOST:
                return Amount(0, number)
            case Comparison.EXACTLY:
                return Amount(number, number)
            case Comparison.MORE_THAN:
                return Amount(number + 1, None)
            case Comparison.FEWER_THAN:
                return Amount(0, number - 1)


@dataclass(frozen=True, slots=True)
class Number:
    value: int


@dataclass(frozen=True, slots=True)
class Pronoun:
    """A whole noun phrase in a word: somebody, nothing. No `labels` means anything."""

    labels: tuple[str, ...]
    amount: Amount


@dataclass(frozen=True, slots=True)
class Motion:
    """Moving or still. `only` are the labels it can be said of (a car is not walking); empty means all."""

    moving: bool
    only: tuple[str, ...] = ()
    denied: bool = False
    """Said with a "not", which `moving` has taken in."""


@dataclass(frozen=True, slots=True)
class MotionVerb:
    """The same as a verb: moves, walks, drives."""

    motion: Motion


KEYWORDS: dict[Keyword, str] = {
    Keyword.COMMAND: (
        "alert, notify, warn, report, tell me, tell me about, tell us, alert me, alert me about, "
        "alert me of, alert us, notify me, notify me about, notify me of, notify us, warn me, "
        "warn me about, warn me of, inform me, inform me about, let me know, let me know about, "
        "let us know, ping me, message me, text me, send me an alert, send me a message, "
        "send me a notification, send an alert, send a notification, i want to know, "
        "i want to know about, i would like to know, i'd like to know, i want to be told, "
        "i want to be notified, i want to be alerted, i need to know, can you tell me, "
        "could you tell me, watch, watch for, watch out for, wait for, look for, look out for, check, "
        "check for, keep an eye out for, detect, spot, see, you see, i see, we see, you can see, "
        "i can see, can you see, do you see, you detect, the camera sees, the camera shows, "
        "the camera detects, hello, hi"
    ),
    Keyword.WHEN: "when, whenever, if, whether, as soon as, once, every time, each time, the moment, in case",
    Keyword.FILLER: (
        "please, kindly, thanks, thank you, now, right now, currently, at the moment, at the same time, "
        "at all, anywhere"
    ),
    Keyword.AND: "and",
    Keyword.OR: "or",
    Keyword.COMMA: ",",
    Keyword.BOTH: "both",
    Keyword.EITHER: "either",
    Keyword.NOT: "not",
    Keyword.BE: "is, are",
    Keyword.THERE: "there, here",
    Keyword.WHO: "who, that, which",
    Keyword.THE: "the",
    Keyword.A: "a, an, any, some",
    Keyword.ANOTHER: "another",
    Keyword.OR_MORE: "or more",
    Keyword.OR_FEWER: "or fewer, or less",
    Keyword.IN: "in, on, at, inside, inside of, within, into, onto",
    Keyword.OUTSIDE: "outside, outside of, out of",
    Keyword.NEAR: "near, near to, next to, close to, beside, by, alongside, adjacent to",
    Keyword.VIEW: "view, sight, picture, image, frame, scene, camera, camera view, field of view, screen",
    Keyword.PRESENT: (
        "visible, present, seen, detected, spotted, arriving, appearing, showing up, coming, "
        "in front of the camera"
    ),
    Keyword.STANDING: "standing",
    Keyword.APPEARS: (
        "appear, appears, arrive, arrives, show up, shows up, turn up, turns up, come, comes, stand, "
        "stands, can be seen, has appeared, have appeared, has arrived, have arrived, has come, "
        "have come, has shown up, have shown up"
    ),
    Keyword.ENTERS: "enter, enters, has entered, have entered",
    Keyword.ENTERING: "entering",
    Keyword.ABSENT: "gone, absent, missing, can not be seen, cannot be seen",
    Keyword.EMPTY: "empty, clear, vacant, free",
    Keyword.OF: "of",
    Keyword.FROM: "from",
}

COMPARISONS: dict[Comparison, str] = {
    Comparison.AT_LEAST: "at least, no fewer than, no less than, not fewer than, not less than",
    Comparison.AT_MOST: "at most, no more than, not more than, up to",
    Comparison.EXACTLY: "exactly, precisely, only",
    Comparison.MORE_THAN: "more than",
    Comparison.FEWER_THAN: "fewer than, less than",
}

AMOUNTS: dict[Amount, str] = {
    NONE: "no, none of the, not a single",
    Amount(1, 1): "a single",
    Amount(2, None): "multiple, a couple of, a pair of",
}

NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip

PRONOUNS: dict[Pronoun, str] = {
    Pronoun((PERSON,), SOME): "someone, somebody, anyone, anybody",
    Pronoun((PERSON,), NONE): "nobody, no one, not anyone, not anybody",
    Pronoun((), SOME): "something, anything",
    Pronoun((), NONE): "nothing, not anything",
}

THINGS = "thing, things, object, objects"
"""Nouns for whatever the camera tracks."""

_WALKERS = (PERSON, *ANIMALS)
_RIDES = (*VEHICLES, "bicycle")

MOTIONS: dict[Motion, str] = {
    Motion(moving=True): "moving, moving around, in motion, passing, passing by",
    Motion(moving=True, only=_WALKERS): "walking, walking around, walking by, walking past",
    Motion(moving=True, only=_RIDES): "driving, driving around, driving by, driving past",
    Motion(moving=False): "stationary, motionless, immobile, unmoving, standing still, stopped",
    Motion(moving=False, only=_RIDES): "parked",
}

MOTION_VERBS: dict[Motion, str] = {
    Motion(moving=True): "move, moves, move around, moves around, pass, passes, pass by, passes by",
    Motion(moving=True, only=_WALKERS): "walk, walks, walk around, walks around, walk by, walks by",
    Motion(moving=True, only=_RIDES): "drive, drives, drive around, drives around, drive by, drives by",
    Motion(moving=False): "stand still, stands still, has stopped, have stopped",
}
