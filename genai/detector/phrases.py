"""The parts of a sentence: which things (noun phrases), and what is said of them (modifiers)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from genai.detector.condition import SOME, Amount, Near, Place, Things
from genai.detector.lexer import Cursor, NotUnderstoodError
from genai.detector.vocabulary import Noun, ZoneName
from genai.detector.words import Comparison, Keyword, Motion, Number, Pronoun

Modifier = Place | Near | Motion


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """So many of such things: "at least two parked cars".

    `definite`: began with "the". `bare`: had no determiner. `several`: has several nouns, "cars or trucks".
    """

    things: Things
    amount: Amount = SOME
    definite: bool = False
    bare: bool = False
    several: bool = False


def noun_phrase(cursor: Cursor) -> NounPhrase:
    """Raises NotUnderstoodError, also for a noun whose label the camera does not track."""
    if pronoun := cursor.take_a(Pronoun):
        return NounPhrase(Things(pronoun.labels), pronoun.amount)
    start = cursor.at
    definite = cursor.take(Keyword.THE)
    amount = _amount(cursor)
    bare = cursor.at == start
    motion = cursor.take_a(Motion)
    noun = cursor.at
    things = _nouns(cursor)
    several = cursor.at > noun + 1
    return NounPhrase(modified(things, motion) if motion else things, amount, definite, bare, several)


def _amount(cursor: Cursor) -> Amount:
    if cursor.take(Keyword.A):
        return SOME
    if amount := cursor.take_a(Amount):
        return amount
    comparison = cursor.take_a(Comparison)
    number = cursor.take_a(Number)
    if number is None:
        return cursor.fail() if comparison else SOME
    comparison = comparison or _comparison_after(cursor, number.value)
    amount = comparison.with_number(number.value)
    if amount.high == -1 or amount == (0, None):
        raise NotUnderstoodError("that number of things says nothing")
    return amount


def _comparison_after(cursor: Cursor, number: int) -> Comparison:
    """Two people are at least two, where "exactly two" or "two or fewer" is not said; zero are none."""
    if cursor.take(Keyword.OR_FEWER):
        return Comparison.AT_MOST
    more = cursor.take(Keyword.OR_MORE)
    return Comparison.AT_LEAST if more or number else Comparison.EXACTLY


def _nouns(cursor: Cursor) -> Things:
    """One noun, or several of which any will do: cars or trucks."""
    nouns = [_noun(cursor)]
    while cursor.sees(Keyword.OR) and cursor.sees_a(Noun, ahead=1) is not None:
        cursor.take(Keyword.OR)
        nouns.append(_noun(cursor))
    labels = dict.fromkeys(label for noun in nouns for label in noun.labels)
    untracked = dict.fromkeys(label for noun in nouns for label in noun.untracked)
    return Things(tuple(labels), tuple(untracked))


def _noun(cursor: Cursor) -> Noun:
    noun = cursor.take_a(Noun) or cursor.fail()
    if noun.untracked and not noun.labels:
        raise NotUnderstoodError(f"this camera does not track {' or '.join(noun.untracked)}")
    return noun


def place_name(cursor: Cursor) -> Place | None:
    """A zone, or the whole view (a place without zones); None, and nothing read, where none stands here."""
    start = cursor.at
    cursor.take(Keyword.THE)
    if zone := cursor.take_a(ZoneName):
        return Place(zone.zones)
    if cursor.take(Keyword.VIEW):
        return Place(())
    cursor.at = start
    return None


def place(cursor: Cursor) -> Place:
    """As in "in the driveway or on the porch", "outside the garden"; the cursor is at the preposition."""
    start = cursor.at
    inside = not cursor.take(Keyword.OUTSIDE)
    if inside:
        cursor.take(Keyword.IN)
    places = [named_place(cursor)]
    while more := _other_place(cursor):
        places.append(more)
    if not all(one.zones for one in places) and (len(places) > 1 or not inside):
        cursor.at = start
        cursor.fail()
    return Place(tuple(dict.fromkeys(zone for one in places for zone in one.zones)), inside)


def named_place(cursor: Cursor) -> Place:
    """Raise NotUnderstoodError where no zone or view is named."""
    found = place_name(cursor)
    if found is None:
        cursor.take(Keyword.THE)
        cursor.fail()
    return found


def _other_place(cursor: Cursor) -> Place | None:
    start = cursor.at
    if cursor.take(Keyword.OR):
        cursor.take(Keyword.IN)
        if found := place_name(cursor):
            return found
    cursor.at = start
    return None


def near(cursor: Cursor) -> Near:
    """As in "near a parked car in the driveway": a place after the second noun belongs to the second noun.

    Whatever else is said there could belong to either, and is refused.
    """
    cursor.take(Keyword.NEAR)
    start = cursor.at
    phrase = NounPhrase(_nouns(cursor)) if cursor.take(Keyword.ANOTHER) else noun_phrase(cursor)
    if phrase.amount != SOME:
        cursor.at = start
        cursor.fail()
    things = phrase.things
    while cursor.sees(Keyword.IN, Keyword.OUTSIDE):
        things = modified(things, place(cursor))
    if starts_modifier(cursor) or cursor.sees(Keyword.WHO):
        cursor.fail()
    return Near(things)


def modifiers(cursor: Cursor, of: NounPhrase) -> tuple[Modifier, ...]:
    """What follows a noun or a verb: where, near what, moving or still, as long as it goes on."""
    found: list[Modifier] = []
    while True:
        relative = cursor.sees(Keyword.WHO) and cursor.sees(Keyword.BE, ahead=1)
        cursor.at += 2 * relative
        if starts_modifier(cursor):
            found.append(_modifier(cursor, of))
        elif not cursor.take(Keyword.PRESENT, Keyword.STANDING, Keyword.THERE):
            break
    return cursor.fail() if relative else tuple(found)


def starts_modifier(cursor: Cursor) -> bool:
    """Whether a modifier that says something stands here ("visible" and its like say nothing)."""
    begins = cursor.sees(Keyword.IN, Keyword.OUTSIDE, Keyword.ENTERING, Keyword.NEAR, Keyword.NOT)
    return begins or cursor.sees_a(Motion) is not None


def _modifier(cursor: Cursor, of: NounPhrase) -> Modifier:
    if cursor.sees(Keyword.IN, Keyword.OUTSIDE):
        return place(cursor)
    if cursor.take(Keyword.ENTERING):
        return named_place(cursor)
    if cursor.sees(Keyword.NEAR):
        return near(cursor)
    return cursor.take_a(Motion) or negated(cursor, of)


def negated(cursor: Cursor, of: NounPhrase) -> Modifier:
    """As in "not moving", "not near a car": said of one kind of thing that is there.

    "No car is not ..." denies twice, and "a car or truck is not ..." could deny either or both.
    """
    start = cursor.at
    cursor.take(Keyword.NOT)
    if of.amount.high is None and not of.several:
        if motion := cursor.take_a(Motion):
            return replace(motion, moving=not motion.moving, denied=True)
        if cursor.sees(Keyword.NEAR):
            return replace(near(cursor), close=False)
    cursor.at = start
    return cursor.fail()


def modified(things: Things, modifier: Modifier) -> Things:
    """Raises NotUnderstoodError for a motion that can't be said of such things, or contradicts another."""
    match modifier:
        case Place(zones=()):
            return things
        case Place():
            return replace(things, places=(*things.places, modifier))
        case Near():
            return replace(things, near=(*things.near, modifier))
        case Motion(moving=moving, only=only):
            if only and not (things.labels and set(things.labels) <= set(only)):
                raise NotUnderstoodError("that kind of movement can't be told of such a thing")
            if things.moving not in (None, moving):
                raise NotUnderstoodError("nothing is moving and still at once")
            return replace(things, moving=moving)
