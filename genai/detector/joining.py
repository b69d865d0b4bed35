"""Clauses to counts: what is said once of several things belongs to each, where English leaves no doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from itertools import combinations

from genai.detector.clauses import Clause, Predicate
from genai.detector.condition import NONE, SOME, Count, Near
from genai.detector.lexer import NotUnderstoodError
from genai.detector.phrases import Modifier, modified
from genai.detector.words import Motion

_AMBIGUOUS = "it is not clear what belongs to what"


def counted(clauses: list[Clause], fronted: tuple[Modifier, ...], *, every: bool) -> tuple[Count, ...]:
    """The counts that a sentence asks for. Raises NotUnderstoodError where it could mean two things."""
    runs = [*_runs(clauses)]
    if len(runs) > 1 and not all(run[0].opened or run[-1].predicate for run in runs):
        raise NotUnderstoodError(_AMBIGUOUS)
    counts = tuple(count for run in runs for count in _shared(run))
    if fronted and any(count.things.places for count in counts):
        raise NotUnderstoodError(_AMBIGUOUS)
    counts = tuple(replace(count, things=reduce(modified, fronted, count.things)) for count in counts)
    _check_connective(counts, every=every)
    for count in counts:
        _check_known(count)
    return counts


def _runs(clauses: list[Clause]) -> Iterator[list[Clause]]:
    """Clauses that share a verb: "a cat and a dog are ...", "there is a cat and a dog"."""
    run: list[Clause] = []
    for one in clauses:
        if run and run[0].opened and (one.opened or (one.predicate and len(run) == 1)):
            yield run
            run = []
        run.append(one)
        if one.predicate:
            yield run
            run = []
    if run:
        yield run


def _shared(run: list[Clause]) -> Iterator[Count]:
    """What stands after the last noun only, and the verb, are said of every one in the run."""
    *earlier, last = run
    own = [bool(one.modifiers) for one in earlier]
    predicate = last.predicate or Predicate()
    if earlier and _is_ambiguous(earlier, last, own):
        raise NotUnderstoodError(_AMBIGUOUS)
    for one in run:
        said = (one.modifiers if any(own) else last.modifiers) + predicate.modifiers
        amount = NONE if predicate.absent else one.phrase.amount
        yield Count(reduce(modified, said, one.phrase.things), amount)


def _is_ambiguous(earlier: list[Clause], last: Clause, own: list[bool]) -> bool:
    scattered = any(own) and not (all(own) and last.modifiers)
    near_one_or_both = any(isinstance(said, Near) for one in earlier for said in one.modifiers)
    two_verbs = any(one.opened for one in (*earlier[1:], last)) or (earlier[0].opened and last.predicate)
    denied = _denies(last)
    how_many = any(one.phrase.bare for one in (*earlier[1:], last)) and any(
        one.phrase.amount != SOME for one in earlier
    )
    return bool(scattered or near_one_or_both or two_verbs or denied or how_many)


def _denies(last: Clause) -> bool:
    """Whether a "not" follows: of several things, it could deny any or all."""
    predicate = last.predicate or Predicate()
    said = last.modifiers + predicate.modifiers
    return predicate.absent or any(
        (isinstance(one, Near) and not one.close) or (isinstance(one, Motion) and one.denied) for one in said
    )


def _check_connective(counts: tuple[Count, ...], *, every: bool) -> None:
    if not every and any(count.amount.low == 0 for count in counts):
        raise NotUnderstoodError("a negation beside 'or' can't be placed")
    if every and any(_may_be_the_same(a, b) for a, b in combinations(counts, 2)):
        raise NotUnderstoodError("things of one kind can't be told apart: say how many there are")


def _may_be_the_same(a: Count, b: Count) -> bool:
    """Such as "a man and a woman": to a detector one person would be both."""
    if not (a.amount.low and b.amount.low):
        return False
    overlap = not a.things.labels or not b.things.labels or set(a.things.labels) & set(b.things.labels)
    return bool(overlap) and replace(a.things, labels=(), untracked=()) == replace(
        b.things, labels=(), untracked=()
    )


def _check_known(count: Count) -> None:
    """That there are few or none can be known only where every label the word means is tracked."""
    unknown = [near.things.untracked for near in count.things.near if not near.close]
    if count.amount.high is not None:
        unknown += [count.things.untracked, *(near.things.untracked for near in count.things.near)]
    if labels := [label for untracked in unknown for label in untracked]:
        raise NotUnderstoodError(f"this camera does not track {', '.join(labels)}: there may be some")
