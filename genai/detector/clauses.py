"""One clause: so many things and what is said of them, in a shape that can be joined to its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace

from genai.detector.condition import NONE, SOME, Place, Things
from genai.detector.lexer import Cursor, NotUnderstoodError
from genai.detector.phrases import (
    Modifier,
    NounPhrase,
    modifiers,
    named_place,
    noun_phrase,
    place,
    place_name,
    starts_modifier,
)
from genai.detector.vocabulary import Noun
from genai.detector.words import Keyword, Motion, MotionVerb


@dataclass(frozen=True, slots=True)
class Predicate:
    """What a verb says of its subject; `absent` when it says that there is none such."""

    modifiers: tuple[Modifier, ...] = ()
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """`modifiers` stand right after the noun. `opened`: begins with its verb ("there is", "is ...?")."""

    phrase: NounPhrase
    modifiers: tuple[Modifier, ...] = ()
    predicate: Predicate | None = None
    opened: bool = False


def clause(cursor: Cursor) -> Clause:
    """Raises NotUnderstoodError."""
    if empty := _empty_place(cursor):
        return empty
    if cursor.sees(Keyword.THERE) and cursor.sees(Keyword.BE, ahead=1):
        cursor.at += 2
        return _opened(cursor)
    if cursor.take(Keyword.BE):
        cursor.take(Keyword.THERE)
        phrase = noun_phrase(cursor)
        gone = _absent(cursor, phrase) if cursor.sees(Keyword.ABSENT) else None
        return Clause(phrase, modifiers(cursor, phrase), gone, opened=gone is None)
    phrase = noun_phrase(cursor)
    after = modifiers(cursor, phrase)
    return Clause(phrase, after, _predicate(cursor, phrase, alone=not after))


def _opened(cursor: Cursor) -> Clause:
    """What follows "there is"; "there is not any car in the driveway" asks for none."""
    start = cursor.at
    absent = cursor.take(Keyword.NOT)
    phrase = noun_phrase(cursor)
    if absent:
        if phrase.amount != SOME or phrase.definite:
            cursor.at = start
            cursor.fail()
        phrase = replace(phrase, amount=NONE, bare=False)
    return Clause(phrase, modifiers(cursor, phrase), opened=True)


def _empty_place(cursor: Cursor) -> Clause | None:
    """As in "the driveway is (not) empty", "is the porch clear of people"; else None, and nothing is read."""
    start = cursor.at
    asked = cursor.take(Keyword.BE)
    where = place_name(cursor)
    stated = asked or cursor.take(Keyword.BE)
    negative = cursor.take(Keyword.NOT)
    if where is None or not stated or not cursor.take(Keyword.EMPTY):
        cursor.at = start
        return None
    phrase = NounPhrase(_emptied_of(cursor), SOME if negative else NONE)
    return Clause(phrase, predicate=Predicate((where,)))


def _emptied_of(cursor: Cursor) -> Things:
    if not cursor.take(Keyword.OF):
        return Things(())
    phrase = noun_phrase(cursor)
    return phrase.things if phrase.amount == SOME else cursor.fail()


def _predicate(cursor: Cursor, phrase: NounPhrase, *, alone: bool) -> Predicate | None:
    """`alone`: nothing was said of the noun yet, so that a "not" has only one thing to deny."""
    if cursor.sees(Keyword.WHO) and _starts_verb(cursor, ahead=1):
        cursor.take(Keyword.WHO)
    if cursor.take(Keyword.BE):
        found = _after_be(cursor, phrase, alone=alone)
    elif _starts_verb(cursor):
        found = Predicate((*_verb(cursor), *modifiers(cursor, phrase)))
    elif cursor.sees(Keyword.ABSENT):
        found = _absent(cursor, phrase)
    else:
        return None
    return found if found.absent else _continued(cursor, phrase, found)


def _starts_verb(cursor: Cursor, ahead: int = 0) -> bool:
    known = cursor.sees(Keyword.APPEARS, Keyword.ENTERS, ahead=ahead)
    return known or cursor.sees_a(MotionVerb, ahead) is not None


def _verb(cursor: Cursor) -> tuple[Modifier, ...]:
    if cursor.take(Keyword.ENTERS):
        return (named_place(cursor),)
    verb = cursor.take_a(MotionVerb)
    if verb is None:
        cursor.take(Keyword.APPEARS)
    return (verb.motion,) if verb else ()


def _after_be(cursor: Cursor, phrase: NounPhrase, *, alone: bool) -> Predicate:
    if cursor.sees(Keyword.ABSENT):
        return _absent(cursor, phrase)
    if cursor.sees(Keyword.NOT) and (denied := _denied(cursor, phrase, alone=alone)):
        return denied
    start = cursor.at
    said = modifiers(cursor, phrase)
    return Predicate(said) if cursor.at > start else cursor.fail()


def _denied(cursor: Cursor, phrase: NounPhrase, *, alone: bool) -> Predicate | None:
    """What a "not" after "is" denies altogether; None, and nothing is read, where it belongs to a modifier.

    "The dog is not in the garden": no dog is there, wherever else it may be ("a dog ..." could mean either).
    But of what is "not moving" there is one.
    """
    start = cursor.at
    cursor.take(Keyword.NOT)
    if phrase.amount == SOME and not phrase.several:
        none = replace(phrase, amount=NONE)
        if cursor.take(Keyword.PRESENT, Keyword.THERE):
            return Predicate(modifiers(cursor, none), absent=True)
        if cursor.sees(Keyword.IN) and phrase.definite and alone and phrase.things.moving is None:
            return Predicate((place(cursor),), absent=True)
    cursor.at = start
    return None


def _absent(cursor: Cursor, phrase: NounPhrase) -> Predicate:
    """As in "the car is gone from the driveway"; "no car is gone" would deny it twice."""
    if phrase.amount != SOME:
        cursor.fail()
    cursor.take(Keyword.ABSENT)
    if cursor.take(Keyword.FROM):
        return Predicate((named_place(cursor),), absent=True)
    return Predicate(modifiers(cursor, replace(phrase, amount=NONE)), absent=True)


def _continued(cursor: Cursor, phrase: NounPhrase, predicate: Predicate) -> Predicate:
    """More of the same subject, unless that is denied: "... is in the driveway and (is) not moving"."""
    while cursor.sees(Keyword.AND) and _continues(cursor):
        if phrase.amount.high == 0:
            cursor.fail()
        cursor.take(Keyword.AND)
        cursor.take(Keyword.BE)
        said = (*predicate.modifiers, *_verb(cursor), *modifiers(cursor, phrase))
        if sum(isinstance(one, Place) for one in said) > 1:
            raise NotUnderstoodError("it is not clear whether one thing is to be in several places")
        predicate = Predicate(said)
    return predicate


def _continues(cursor: Cursor) -> bool:
    """Whether after the "and" comes another verb or modifier rather than another subject (moving *cars*)."""
    start = cursor.at
    cursor.take(Keyword.AND)
    cursor.take(Keyword.BE)
    subject = cursor.sees_a(Motion) and cursor.sees_a(Noun, ahead=1)
    goes_on = (_starts_verb(cursor) or starts_modifier(cursor)) and not subject
    cursor.at = start
    return goes_on
