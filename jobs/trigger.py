"""Edges: what changed in a camera's facts, computed from every message before anything is dropped.

Levels wake nobody: a parked car, a false positive or an object that has ended makes no edge; only the moment
in which something changes does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box, Size, iou
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.domain.watch import Watch

_SETTLING = 30.0
"""Seconds after a restart of the detection process in which what stood there is recognised."""
_LOST = 60.0
"""Seconds in which what stood still and was lost, in bad light say, is recognised when found again."""
_STOOD = 60.0
"""Seconds that it must have been known for: a parked car, rather than somebody at the door."""
_SAME_PLACE = 0.6
"""IoU from which an object that comes to be seen is the stationary one that was there before."""


class _Place(NamedTuple):
    """Where something stands that is not seen just now; forgotten at `until` (epoch s)."""

    label: str
    box: Box
    until: float


class EdgeKind(StrEnum):
    APPEARED = "appeared"
    ENTERED = "entered"
    MOVED = "started moving"
    STOPPED = "stopped moving"
    LEFT = "left"
    GONE = "gone"

    @property
    def is_arrival(self) -> bool:
        return self in {EdgeKind.APPEARED, EdgeKind.ENTERED, EdgeKind.MOVED}


@dataclass(frozen=True, slots=True)
class Edge:
    """One change of one object, with all that was in its frame. `zone` is set for ENTERED and LEFT."""

    kind: EdgeKind
    subject: TrackedObject
    zone: str | None
    key: FrameKey
    frame_time: float
    frame_size: Size | None
    objects: tuple[TrackedObject, ...]
    """Every real object of the frame."""

    def __str__(self) -> str:
        words = [self.subject.label, self.kind.value, self.zone or ""]
        return " ".join(words).strip()

    @property
    def rank(self) -> tuple[int, float]:
        """How well its frame shows the subject: larger first, then more confident."""
        return self.subject.box.area, self.subject.score


class EdgeDetector:
    """Turns one camera's messages into edges; feed it every message, in order, from one thread."""

    def __init__(self) -> None:
        self._known: dict[str, TrackedObject] = {}
        self._epoch: int | None = None
        self._places: list[_Place] = []
        self._recognised: set[str] = set()
        """Ids of objects that stood there before; a tracker takes them for moving at first."""

    def step(self, update: CameraUpdate) -> list[Edge]:
        """Edges of this message; none from a camera that can't see: its objects are unknown, not gone."""
        if update.state is not CameraState.ONLINE or update.frame_time is None:
            return []
        if update.epoch != self._epoch:
            self._begin_epoch(update.epoch, update.frame_time)
        self._places = [place for place in self._places if place.until >= update.frame_time]
        real = tuple(o for o in update.objects if o.is_real)
        changes = [(now, *change) for now in real for change in self._changes(now)]
        there = {o.id: o for o in real}
        lost = [before for before in self._known.values() if before.id not in there]
        changes += [(gone, EdgeKind.GONE, None) for gone in lost]
        self._places += [
            _Place(gone.label, gone.box, update.frame_time + _LOST) for gone in lost if self._stood(gone)
        ]
        self._known = there
        self._recognised &= there.keys()
        frame = (update.key, update.frame_time, update.size, real)
        return [Edge(kind, who, zone, *frame) for who, kind, zone in changes]

    def _begin_epoch(self, epoch: int, frame_time: float) -> None:
        """Remember what stands there: a restarted detection process gives it all new ids.

        What an earlier restart has not found again yet may still be there.
        """
        until = frame_time + _SETTLING
        self._places = [place._replace(until=until) for place in self._places]
        self._places += [_Place(o.label, o.box, until) for o in self._known.values() if o.stationary]
        self._known = {}
        self._epoch = epoch

    def _changes(self, now: TrackedObject) -> Iterator[tuple[EdgeKind, str | None]]:
        before = self._known.get(now.id)
        if before is None:
            if self._stood_there(now):
                self._recognised.add(now.id)
            else:
                yield EdgeKind.APPEARED, None
            return
        yield from ((EdgeKind.ENTERED, z) for z in now.current_zones if z not in before.current_zones)
        yield from ((EdgeKind.LEFT, z) for z in before.current_zones if z not in now.current_zones)
        if before.active != now.active and now.id not in self._recognised:
            yield (EdgeKind.MOVED if now.active else EdgeKind.STOPPED), None
        if now.stationary:
            self._recognised.discard(now.id)

    def _stood(self, gone: TrackedObject) -> bool:
        known = gone.frame_time - gone.start_time
        return gone.id in self._recognised or (gone.stationary and known >= _STOOD)

    def _stood_there(self, now: TrackedObject) -> bool:
        for place in self._places:
            if place.label == now.label and iou(place.box, now.box) >= _SAME_PLACE:
                self._places.remove(place)
                return True
        return False


def concerns(watch: Watch, edge: Edge) -> bool:
    """Whether an edge can matter to a watch: its labels and zones, none meaning any."""
    if watch.labels and edge.subject.label not in watch.labels:
        return False
    if not watch.zones:
        return True
    if edge.zone is not None:
        return edge.zone in watch.zones
    return matches(watch, edge.subject)


def matches(watch: Watch, subject: TrackedObject) -> bool:
    """Whether an object is one the watch is about, where it is now."""
    return (not watch.labels or subject.label in watch.labels) and (
        not watch.zones or any(zone in watch.zones for zone in subject.current_zones)
    )
