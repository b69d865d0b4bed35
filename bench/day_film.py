"""What the cameras of the scripted day publish: the frames worth telling of, and the objects in each."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence

from bench.day_script import BELIEVED, DAY, SETTLED, Script, Visit
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import TrackedObject

FPS = 5.0
MIDNIGHT = 1_700_006_400.0
"""Epoch seconds."""
_BOX = Box(600, 300, 680, 420)
_AROUND = 1.0
"""Seconds before and after a change in which every frame is published; in between, one a second will do."""


def film(script: Script) -> Iterator[tuple[float, tuple[TrackedObject, ...]]]:
    """Times of the frames that are published, and the tracked objects in each."""
    coming, there = deque(script.visits), list[Visit]()
    for time in frame_times(script.visits):
        while coming and coming[0].start <= time:
            there.append(coming.popleft())
        there = [visit for visit in there if visit.end > time]
        yield time, tuple(seen(visit, script.watch.camera, time) for visit in there)


def frame_times(visits: Sequence[Visit]) -> list[float]:
    """One a second, and each of `FPS` a second around every change."""
    frames = set(range(0, int(DAY * FPS), int(FPS)))
    for change in (change for visit in visits for change in visit.changes()):
        first, last = (change - _AROUND) * FPS, min(change + _AROUND, DAY) * FPS
        frames.update(range(max(0, math.ceil(first)), math.ceil(last)))
    return [frame / FPS for frame in sorted(frames)]


def seen(visit: Visit, camera: str, time: float) -> TrackedObject:
    """The object as a tracker tells of it."""
    stay = visit.at(time)
    still = not stay.moves and time >= min(stay.start, visit.end) + SETTLED
    real = visit.believed and time >= visit.start + BELIEVED
    return TrackedObject(
        id=visit.name,
        camera=camera,
        label=visit.label,
        frame_time=MIDNIGHT + time,
        start_time=MIDNIGHT + visit.start,
        score=0.8,
        computed_score=0.8,
        top_score=0.8,
        false_positive=not real,
        box=_BOX,
        active=real and not still,
        stationary=still,
        motionless_count=0,
        position_changes=0,
        current_zones=(stay.zone,) if stay.zone else (),
        entered_zones=(),
    )
