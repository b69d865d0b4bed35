"""One list of detections out of several looks at the same frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from frigate_ext.domain.geometry import Box, Size, covered, iou
from frigate_ext.domain.objects import Detection

_SAME = 0.5
"""IoU from which boxes of two looks are the same thing."""
_PART = 0.6
"""Share of a cut box inside another one from which it is a part of that thing."""
_EDGE = 0.01
"""Distance from the area's edge, in its sides, within which a box is taken to be cut off by it."""


class _Seen(NamedTuple):
    look: int
    cut: bool
    """By the edge of the area, where the frame goes on."""
    detection: Detection


def merge(looks: Sequence[tuple[Box, Sequence[Detection]]], frame: Size) -> list[Detection]:
    """What was found in each area, best first, everything once.

    What an area's edge cuts gives way to the whole of it that another look shows, and stays where there is
    none. Within a look nothing is compared: the detector has done that.
    """
    seen = [
        _Seen(look, is_cut(detection.box, area, frame), detection)
        for look, (area, found) in enumerate(looks)
        for detection in found
    ]
    kept: list[_Seen] = []
    for one in sorted(seen, key=lambda one: (one.cut, -one.detection.score)):
        if not any(_repeats(one, other) for other in kept):
            kept.append(one)
    return sorted((one.detection for one in kept), key=lambda detection: -detection.score)


def is_cut(box: Box, area: Box, frame: Size) -> bool:
    """Whether the area's edge probably cuts off a part of the thing."""
    near = max(1, round(_EDGE * area.width))
    return (
        0 < area.x1 >= box.x1 - near
        or 0 < area.y1 >= box.y1 - near
        or frame.width > area.x2 <= box.x2 + near
        or frame.height > area.y2 <= box.y2 + near
    )


def is_part(box: Box, of: Iterable[Box]) -> bool:
    """Whether `box` is a piece of one of these."""
    return any(covered(box, whole) >= _PART for whole in of)


def _repeats(one: _Seen, other: _Seen) -> bool:
    a, b = one.detection, other.detection
    if one.look == other.look or a.label != b.label:
        return False
    return iou(a.box, b.box) >= _SAME or (one.cut and is_part(a.box, [b.box]))
