"""What a condition means once its sentence is understood: how many of which things, where, and near what.

There is no node for negation: "no car" is a count of at most zero, so nothing can be negated twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple


class Amount(NamedTuple):
    """How many are asked for, both ends included; `high` None means any number more."""

    low: int
    high: int | None

    def holds(self, count: int) -> bool:
        return self.low <= count and (self.high is None or count <= self.high)


SOME = Amount(1, None)
NONE = Amount(0, 0)


@dataclass(frozen=True, slots=True)
class Place:
    """In any of these zones (names), or, with `inside` false, in none of them."""

    zones: tuple[str, ...]
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Near:
    """Within one height of the *first* noun's object of such a thing; with `close` false, of none."""

    things: Things
    close: bool = True


@dataclass(frozen=True, slots=True)
class Things:
    """Tracked objects that fit a description. No `labels` means anything; `moving` None means either."""

    labels: tuple[str, ...]
    untracked: tuple[str, ...] = ()
    """What the word would mean too, but the camera does not track (a truck, of "vehicle")."""
    moving: bool | None = None
    places: tuple[Place, ...] = ()
    near: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    things: Things
    amount: Amount = SOME


@dataclass(frozen=True, slots=True)
class Condition:
    """Counts of which all must hold, or, with `every` false, any one."""

    counts: tuple[Count, ...]
    every: bool = True


def narrowed(condition: Condition, labels: tuple[str, ...], zones: tuple[str, ...]) -> Condition:
    """The condition within a watch's labels and zones, which matter where the sentence itself names none."""
    names_zone = any(count.things.places for count in condition.counts)
    places = (Place(zones),) if zones and not names_zone else ()
    return replace(condition, counts=tuple(_narrowed(count, labels, places) for count in condition.counts))


def _narrowed(count: Count, labels: tuple[str, ...], places: tuple[Place, ...]) -> Count:
    things = count.things
    return replace(
        count, things=replace(things, labels=things.labels or labels, places=things.places + places)
    )
