"""Plain English to a condition, or the reason why not.

A sentence is a list of clauses joined by one kind of connective. Where English leaves open what belongs to
what ("a person near a car or a dog"), it is not understood; docs/detector-judge.md has the rules in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from frigate_ext.domain.camera import Camera
from genai.detector.clauses import Clause, clause
from genai.detector.condition import Condition
from genai.detector.joining import counted
from genai.detector.lexer import Cursor, NotUnderstoodError, lex
from genai.detector.phrases import Modifier, place
from genai.detector.words import Keyword

_PREFIXES = {Keyword.BOTH: Keyword.AND, Keyword.EITHER: Keyword.OR}


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Why a sentence is outside the grammar, in words for its author."""

    reason: str


@lru_cache(maxsize=1024)
def read(text: str, camera: Camera) -> Condition | NotUnderstood:
    """What the sentence asks of this camera; never raises. Kept: a job asks the same all its life."""
    if not camera.labels:
        return NotUnderstood("this camera tracks nothing")
    try:
        return _sentence(Cursor(lex(text, camera)))
    except NotUnderstoodError as error:
        return NotUnderstood(str(error))


def _sentence(cursor: Cursor) -> Condition:
    _skip(cursor, Keyword.COMMAND, Keyword.WHEN, Keyword.COMMA)
    fronted = _fronted_place(cursor)
    expected = next((joins for prefix, joins in _PREFIXES.items() if cursor.take(prefix)), None)
    clauses, connective = _clauses(cursor)
    _skip(cursor, Keyword.COMMAND, Keyword.COMMA)
    if not cursor.ends():
        cursor.fail()
    if expected not in (None, connective):
        raise NotUnderstoodError("'both' needs an 'and', 'either' an 'or'")
    every = connective is not Keyword.OR
    return Condition(counted(clauses, fronted, every=every), every)


def _skip(cursor: Cursor, *keywords: Keyword) -> None:
    while cursor.take(*keywords):
        pass


def _fronted_place(cursor: Cursor) -> tuple[Modifier, ...]:
    """A place that comes first: "in the driveway there is ..."."""
    if not cursor.sees(Keyword.IN):
        return ()
    found = place(cursor)
    cursor.take(Keyword.COMMA)
    return (found,)


def _clauses(cursor: Cursor) -> tuple[list[Clause], Keyword | None]:
    """Clauses and what joins them: "A", "A and B", "A, B or C"; never both kinds in one sentence."""
    clauses = [clause(cursor)]
    connective: Keyword | None = None
    while not _is_closing(cursor):
        comma = cursor.take(Keyword.COMMA)
        joins = next((keyword for keyword in _PREFIXES.values() if cursor.sees(keyword)), None)
        if not (comma or joins) or connective not in (None, joins):
            cursor.fail()
        cursor.at += joins is not None
        connective = joins
        clauses.append(clause(cursor))
    if len(clauses) > 1 and connective is None:
        raise NotUnderstoodError("a list needs an 'and' or an 'or'")
    return clauses, connective


def _is_closing(cursor: Cursor) -> bool:
    """Whether nothing follows, or only "..., tell me"."""
    ahead = 1 if cursor.sees(Keyword.COMMA) else 0
    return cursor.ends(ahead) or cursor.sees(Keyword.COMMAND, ahead=ahead)
