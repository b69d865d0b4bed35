"""Where in a frame the detector looks: squares around what moves and what is tracked, or the whole frame.

Small networks miss what is small in their input. A distant person is a few pixels of a scaled-down frame, but
plain to see in a square cut out around where something moves, as Frigate does it. A network's cost is
proportional to its input's area, so a plan is the cheapest set of looks in which everything is large enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from frigate_ext.domain.geometry import Box, Size, covered, hull

_TRACKED_MARGIN = 1.25
"""Side of a square over the longer side of the tracked object it is for."""
_MOVED_MARGIN = 1.6
"""The same for motion that no tracked object explains: what moves is rarely all of what is there."""
_LARGE_ENOUGH = 56
"""Longer side in the network's input, px, from which more pixels find hardly more (ADR 10)."""
_EXPLAINED = 0.7
"""Share of a moving patch inside a tracked object's surroundings from which the object is what moves."""
_COARSER = 0.7
"""How much less detail is asked for each time that too many squares would be needed."""


@dataclass(frozen=True, slots=True)
class Views:
    """What the detector can be shown of frames of one size; all in pixels."""

    frame: Size
    whole: Size
    """Network input that holds the whole frame."""
    square: int
    """Side of the network input that holds an area; 0: it is shown whole frames only."""

    @property
    def whole_scale(self) -> float:
        """Input pixels for each of the frame's."""
        return min(self.whole.width / self.frame.width, self.whole.height / self.frame.height)

    @property
    def finest(self) -> float:
        """Largest scale worth having: the stream's own, or the whole frame's where that is magnified."""
        return max(1.0, self.whole_scale)

    @property
    def sides(self) -> tuple[int, int]:
        """Of the smallest and the largest area, even."""
        most = min(self.frame) & ~1
        return min(most, round(self.square / self.finest) & ~1), most


class Plan(NamedTuple):
    """What to look at in one frame."""

    whole: bool
    areas: tuple[Box, ...] = ()
    """Squares of even sides at even places, inside the frame."""


class _Target(NamedTuple):
    """Something to show."""

    surroundings: Box
    """What a square must hold of the frame."""
    least: float
    """Scale from which it is large enough in the network's input."""
    too_large: bool
    """Only the whole frame holds it."""


def plan(
    views: Views, moving: Iterable[Box], tracked: Sequence[Box], *, whole: bool = False, most: int = 8
) -> Plan:
    """Looks that show all of `tracked` (where each is expected) and what else moves.

    `whole`: the whole frame is looked at in any case. Where more than `most` squares would be needed all are
    shown with less detail.
    """
    if not views.square:
        return Plan(whole=True)
    targets = _targets(views, moving, tracked)
    detail = 1.0
    while len((found := _cheapest(views, targets, detail, whole=whole)).areas) > most:
        detail *= _COARSER
    return found


def tiles(views: Views) -> list[Box]:
    """The finest squares that cover the frame; none where the whole frame shows as much."""
    if not views.square or views.whole_scale >= views.finest:
        return []
    side, _ = views.sides
    rows, columns = _starts(views.frame.height, side), _starts(views.frame.width, side)
    return [Box(x, y, x + side, y + side) for y in rows for x in columns]


def _starts(length: int, side: int) -> list[int]:
    """Even places from which squares cover `length`, evenly spread."""
    count = -(-length // side)
    last = (length - side) & ~1
    return [last * index // max(1, count - 1) & ~1 for index in range(count)]


def _targets(views: Views, moving: Iterable[Box], tracked: Sequence[Box]) -> list[_Target]:
    known = [_target(views, box, _TRACKED_MARGIN) for box in tracked]
    unknown = [
        _target(views, box, _MOVED_MARGIN)
        for box in moving
        if not any(covered(box, target.surroundings) >= _EXPLAINED for target in known)
    ]
    return known + unknown


def _target(views: Views, box: Box, margin: float) -> _Target:
    longer = max(box.width, box.height, 1)
    side = min(round(longer * margin), views.sides[1])
    return _Target(_square(box, side, views.frame), min(views.finest, _LARGE_ENOUGH / longer), longer > side)


def _cheapest(views: Views, targets: list[_Target], detail: float, *, whole: bool) -> Plan:
    """Squares alone, or the whole frame and squares for what is too small in it."""
    wanted = [target._replace(least=target.least * detail) for target in targets]
    beside = _gathered(views, [target for target in wanted if target.least > views.whole_scale])
    if whole or any(target.too_large for target in targets):
        return Plan(whole=True, areas=beside)
    alone = _gathered(views, wanted)
    price = views.whole.width * views.whole.height / views.square**2
    dear = len(alone) >= price + len(beside)
    return Plan(whole=True, areas=beside) if dear else Plan(whole=False, areas=alone)


def _gathered(views: Views, targets: list[_Target]) -> tuple[Box, ...]:
    """Few squares that show all targets: the best of three orders in which they are packed greedily."""
    packings = (_packed(views, sorted(targets, key=order)) for order in _ORDERS)
    return min(packings, key=len)


_ORDERS: tuple[Callable[[_Target], float], ...] = (
    lambda target: -target.least,
    lambda target: target.surroundings.x1,
    lambda target: target.surroundings.y1,
)


def _packed(views: Views, targets: Iterable[_Target]) -> tuple[Box, ...]:
    """Each target goes where it makes the square grow least, or into a square of its own."""
    smallest, largest = views.sides
    clusters: list[tuple[Box, float]] = []
    for target in targets:
        limit = min(largest, views.square / target.least)
        best, chosen = math.inf, None
        for index, (box, shared) in enumerate(clusters):
            x1, y1, x2, y2 = union = hull(box, target.surroundings)
            side = max(x2 - x1, y2 - y1)
            growth = side - max(box[2] - box[0], box[3] - box[1])
            if growth < best and side <= max(smallest, min(limit, shared)):
                best, chosen = growth, (index, (union, min(limit, shared)))
        if chosen is None:
            clusters.append((target.surroundings, limit))
        else:
            clusters[chosen[0]] = chosen[1]
    return tuple(_square(box, max(smallest, box.width, box.height), views.frame) for box, _ in clusters)


def _square(box: Box, side: int, frame: Size) -> Box:
    """Around the centre of `box`, pushed into the frame."""
    side = min((side + 1) & ~1, min(frame) & ~1)
    x = _place((box.x1 + box.x2 - side) // 2, side, frame.width)
    y = _place((box.y1 + box.y2 - side) // 2, side, frame.height)
    return Box(x, y, x + side, y + side)


def _place(start: int, side: int, length: int) -> int:
    return max(0, min(start, length - side)) & ~1
