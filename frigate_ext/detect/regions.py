"""Where in a frame the detector looks: areas around what moves and what is tracked, or the whole frame.

Small networks miss what is small in their input. A distant person is a few pixels of a scaled-down frame, but
plain to see in an area cut out around where something moves, as Frigate does it. Areas have the shape of the
network's input, whose cost is proportional to its pixels: a plan is the cheapest set of looks in which
everything is large enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from frigate_ext.domain.geometry import Box, Size, covered, hull

_TRACKED_MARGIN = 1.25
"""What is shown around a tracked object, over its longer side."""
_MOVED_MARGIN = 1.6
"""The same for motion that no tracked object explains: what moves is rarely all of what is there."""
_LARGE_ENOUGH = 40
"""Longer side in the network's input, px, from which more pixels find hardly more (ADR 21)."""
_EXPLAINED = 0.7
"""Share of a moving patch inside a tracked object's surroundings from which the object is what moves."""
_COARSER = 0.7
"""How much less detail is asked for each time that too many areas would be needed."""


class Cut(NamedTuple):
    """How areas are cut out of frames of one size for a network's input.

    Scales are the input's pixels for each of the frame's.
    """

    frame: Size
    part: Size
    """The input; areas have its shape."""
    coarsest: float
    """Scale of the largest area."""
    finest: float
    """Of the smallest one."""

    def scale(self, box: Box) -> float:
        """Of the finest area that could hold `box`, were areas of any size."""
        return min(self.part.width / max(1, box.width), self.part.height / max(1, box.height))

    def area(self, box: Box) -> Box:
        """The finest around the centre of `box`, of even sides at an even place, pushed into the frame."""
        scale = min(self.finest, max(self.coarsest, self.scale(box)))
        width, height = (_even(side / scale, most) for side, most in zip(self.part, self.frame, strict=True))
        x = _place((box.x1 + box.x2 - width) // 2, width, self.frame.width)
        y = _place((box.y1 + box.y2 - height) // 2, height, self.frame.height)
        return Box(x, y, x + width, y + height)


@dataclass(frozen=True, slots=True)
class Views:
    """What the detector can be shown of frames of one size; all in pixels."""

    frame: Size
    whole: Size
    """Network input that holds the whole frame."""
    part: Size | None
    """Network input that holds an area; None: it is shown whole frames only."""

    @property
    def whole_scale(self) -> float:
        """Input pixels for each of the frame's."""
        return min(self.whole.width / self.frame.width, self.whole.height / self.frame.height)

    @property
    def finest(self) -> float:
        """Largest scale worth having: the stream's own, or the whole frame's where that is magnified."""
        return max(1.0, self.whole_scale)

    @property
    def cut(self) -> Cut | None:
        if self.part is None:
            return None
        coarsest = max(self.part.width / self.frame.width, self.part.height / self.frame.height)
        return Cut(self.frame, self.part, coarsest, max(self.finest, coarsest))


class Plan(NamedTuple):
    """What to look at in one frame."""

    whole: bool
    areas: tuple[Box, ...] = ()
    """Of even sides at even places, inside the frame."""


class _Target(NamedTuple):
    """Something to show."""

    surroundings: Box
    """What an area must hold of the frame."""
    least: float
    """Scale from which it is large enough in the network's input."""
    too_large: bool
    """Only the whole frame holds it."""


def plan(
    views: Views, moving: Iterable[Box], tracked: Sequence[Box], *, whole: bool = False, most: int = 8
) -> Plan:
    """Looks that show all of `tracked` (where each is expected) and what else moves.

    `whole`: the whole frame is looked at in any case. Where more than `most` areas would be needed all are
    shown with less detail.
    """
    cut = views.cut
    if cut is None:
        return Plan(whole=True)
    targets = _targets(cut, moving, tracked)
    detail = 1.0
    while len((found := _cheapest(views, cut, targets, detail, whole=whole)).areas) > most:
        detail *= _COARSER
    return found


def tiles(views: Views) -> list[Box]:
    """The finest areas that cover the frame; none where the whole frame shows as much."""
    if views.cut is None or views.whole_scale >= views.finest:
        return []
    one = views.cut.area(Box(0, 0, 1, 1))
    rows, columns = _starts(views.frame.height, one.height), _starts(views.frame.width, one.width)
    return [Box(x, y, x + one.width, y + one.height) for y in rows for x in columns]


def _starts(length: int, side: int) -> list[int]:
    """Even places from which areas cover `length`, evenly spread."""
    count = -(-length // side)
    last = (length - side) & ~1
    return [last * index // max(1, count - 1) & ~1 for index in range(count)]


def _targets(cut: Cut, moving: Iterable[Box], tracked: Sequence[Box]) -> list[_Target]:
    known = [_target(cut, box, _TRACKED_MARGIN) for box in tracked]
    unknown = [
        _target(cut, box, _MOVED_MARGIN)
        for box in moving
        if not any(covered(box, target.surroundings) >= _EXPLAINED for target in known)
    ]
    return known + unknown


def _target(cut: Cut, box: Box, margin: float) -> _Target:
    longer = max(box.width, box.height, 1)
    return _Target(
        surroundings=_square(box, round(longer * margin), cut.frame),
        least=_LARGE_ENOUGH / longer,
        too_large=cut.scale(box) < cut.coarsest,
    )


def _cheapest(views: Views, cut: Cut, targets: list[_Target], detail: float, *, whole: bool) -> Plan:
    """Areas alone, or the whole frame and areas for what is too small in it."""
    wanted = [target._replace(least=min(cut.finest, target.least) * detail) for target in targets]
    beside = _gathered(cut, [target for target in wanted if target.least > views.whole_scale])
    if whole or any(target.too_large for target in targets):
        return Plan(whole=True, areas=beside)
    alone = _gathered(cut, wanted)
    price = views.whole.width * views.whole.height / (cut.part.width * cut.part.height)
    dear = len(alone) >= price + len(beside)
    return Plan(whole=True, areas=beside) if dear else Plan(whole=False, areas=alone)


def _gathered(cut: Cut, targets: list[_Target]) -> tuple[Box, ...]:
    """Few areas that show all targets: the best of three orders in which they are packed greedily."""
    packings = (_packed(cut, sorted(targets, key=order)) for order in _ORDERS)
    return min(packings, key=len)


_ORDERS: tuple[Callable[[_Target], float], ...] = (
    lambda target: -target.least,
    lambda target: target.surroundings.x1,
    lambda target: target.surroundings.y1,
)


def _packed(cut: Cut, targets: Iterable[_Target]) -> tuple[Box, ...]:
    """Each target goes where it makes the area grow least, or into an area of its own."""
    clusters: list[tuple[Box, float]] = []
    for target in targets:
        best, chosen = math.inf, None
        for index, (box, shared) in enumerate(clusters):
            union, least = hull(box, target.surroundings), max(shared, target.least)
            scale = cut.scale(union)
            growth = 1 / scale - 1 / cut.scale(box)
            if growth < best and scale >= min(cut.finest, max(cut.coarsest, least)):
                best, chosen = growth, (index, (union, least))
        if chosen is None:
            clusters.append((target.surroundings, target.least))
        else:
            clusters[chosen[0]] = chosen[1]
    return tuple(cut.area(box) for box, _ in clusters)


def _square(box: Box, side: int, frame: Size) -> Box:
    """Around the centre of `box`, pushed into the frame."""
    side = min((side + 1) & ~1, min(frame) & ~1)
    x = _place((box.x1 + box.x2 - side) // 2, side, frame.width)
    y = _place((box.y1 + box.y2 - side) // 2, side, frame.height)
    return Box(x, y, x + side, y + side)


def _place(start: int, side: int, length: int) -> int:
    return max(0, min(start, length - side)) & ~1


def _even(length: float, most: int) -> int:
    return min(round(length / 2) * 2, most & ~1)
