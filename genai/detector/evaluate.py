"""A condition held against the tracked objects of one frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from frigate_ext.domain.geometry import gap
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.verdict import Answer
from genai.detector.condition import Condition, Count, Near, Place, Things

UNSEEN_CONFIDENCE = 0.8
"""How far "there is no other" is to be trusted, which no score says: about a small detector's recall."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The objects that fit one count, most certain first, with how certain each is (0..1)."""

    count: Count
    objects: tuple[TrackedObject, ...]
    scores: tuple[float, ...]

    @property
    def holds(self) -> bool:
        return self.count.amount.holds(len(self.objects))

    @property
    def confidence(self) -> float:
        """As sure as the least certain object that the answer rests on, and as that none was overlooked."""
        low, high = self.count.amount
        if high is not None and len(self.scores) > high:
            return self.scores[high]
        seen = self.scores[low - 1] if 0 < low <= len(self.scores) else 1.0
        nothing_more = not self.holds or high is not None
        return min(seen, UNSEEN_CONFIDENCE) if nothing_more else seen


@dataclass(frozen=True, slots=True)
class Finding:
    """`tallies` are one for each count of the condition, in order."""

    answer: Answer
    confidence: float
    tallies: tuple[Tally, ...]


def evaluate(condition: Condition, objects: Iterable[TrackedObject]) -> Finding:
    """Whether the condition holds; false positives and ended objects are left out.

    An object that is followed but not seen in this frame is there or not: unless the answer is the same
    either way, it is unsure.
    """
    real = [obj for obj in objects if obj.is_real]
    seen = [obj for obj in real if obj.is_seen]
    finding = _find(condition, seen)
    if len(seen) < len(real) and _find(condition, real).answer is not finding.answer:
        return Finding(Answer.UNSURE, 0.0, finding.tallies)
    return finding


def _find(condition: Condition, real: list[TrackedObject]) -> Finding:
    tallies = tuple(_tally(count, real) for count in condition.counts)
    holds = (all if condition.every else any)(tally.holds for tally in tallies)
    decisive = [tally.confidence for tally in tallies if tally.holds == holds]
    weakest_link = holds == condition.every
    confidence = min(decisive) if weakest_link else max(decisive)
    return Finding(Answer.MET if holds else Answer.NOT_MET, confidence, tallies)


def _tally(count: Count, objects: list[TrackedObject]) -> Tally:
    fits = sorted(_fitting(count.things, objects), key=lambda fit: -fit[1])
    return Tally(count, tuple(obj for obj, _ in fits), tuple(score for _, score in fits))


def _fitting(things: Things, objects: list[TrackedObject]) -> Iterator[tuple[TrackedObject, float]]:
    """Objects that fit, each with its score; of two things near each other the less certain one counts."""
    for obj in objects:
        if _fits(things, obj):
            companions = [_companion(obj, near, objects) for near in things.near]
            certain = [score for score in companions if score is not None]
            if len(certain) == len(companions):
                yield obj, min([obj.computed_score, *certain])


def _fits(things: Things, obj: TrackedObject) -> bool:
    return (
        (not things.labels or obj.label in things.labels)
        and things.moving in (None, not obj.stationary)
        and all(_is_at(place, obj) for place in things.places)
    )


def _is_at(place: Place, obj: TrackedObject) -> bool:
    inside = not set(place.zones).isdisjoint(obj.current_zones)
    return inside == place.inside


def _companion(subject: TrackedObject, near: Near, objects: list[TrackedObject]) -> float | None:
    """How certain the thing near it is; None where `near` does not hold. Within the *subject's* height."""
    others = (obj for obj, _ in _fitting(near.things, objects) if obj.id != subject.id)
    close = [obj.computed_score for obj in others if gap(subject.box, obj.box) <= subject.box.height]
    if near.close:
        return max(close, default=None)
    return None if close else 1.0
