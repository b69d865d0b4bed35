"""Stores events: what tracked objects did, and a snapshot of each one's best moment."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from frigate_ext.bus.schema import CameraUpdate, EncodedFrame
from frigate_ext.domain.event import Event
from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.errors import FrameUnavailableError, StoreError
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.worker import Worker
from frigate_ext.store.events import Events

logger = logging.getLogger(__name__)

SNAPSHOT_INTERVAL = 5.0
"""Seconds of stream between two snapshots of one object."""
_BETTER = 1.1
"""How much larger times more confident a moment must be to be worth another snapshot."""
_QUEUE = 512
_WHOLE = 4320
"""Height no frame exceeds: snapshots are not scaled down."""


@dataclass(frozen=True, slots=True)
class SnapshotSettings:
    """`height` in pixels, never scaled up; `quality` is JPEG's 1..100."""

    height: int = _WHOLE
    quality: int = 60


class Fetch(Protocol):
    """As FrameClient.fetch: blocks for a second or two at most, raises FrameUnavailableError."""

    def __call__(
        self, camera: str, *, key: FrameKey, height: int, quality: int
    ) -> tuple[EncodedFrame, ...]: ...


@dataclass(slots=True)
class _Life:
    event: Event
    last_seen: float
    best: float = 0.0
    """Score times area of the best moment a snapshot was asked for."""
    shot_at: float = float("-inf")


@dataclass(frozen=True, slots=True)
class Entry:
    """An event to store; `shot` names the frame to take a new snapshot of."""

    event: Event
    shot: FrameKey | None = None
    box: Box | None = None
    """Where the object is in that frame."""


class Diary:
    """What the facts of all cameras say about events. Pure: losing a message loses a moment, never an end."""

    def __init__(self, snapshot_cameras: Container[str]) -> None:
        """Which cameras these are may change at any time."""
        self._snapshot_cameras = snapshot_cameras
        self._epochs: dict[str, int] = {}
        self._lives: dict[str, dict[str, _Life]] = {}
        self.begun = 0
        """Events so far."""

    def read(self, update: CameraUpdate) -> list[Entry]:
        """Events that began, changed or ended. Objects are followed from when they are believed."""
        entries = self._vanished(update)
        for seen in update.objects:
            if not seen.false_positive and (entry := self._follow(seen, update)):
                entries.append(entry)
        return entries

    def stored(self, event: Event) -> None:
        """An event has got a new snapshot."""
        if life := self._lives.get(event.camera, {}).get(event.id):
            life.event = _with_snapshot_of(event, life.event)

    def _vanished(self, update: CameraUpdate) -> list[Entry]:
        """Events of objects that a complete message does not speak of, or whose publisher was restarted."""
        lives = self._lives.setdefault(update.camera, {})
        restarted = self._epochs.get(update.camera, update.epoch) != update.epoch
        self._epochs[update.camera] = update.epoch
        if update.frame_time is None and not restarted:
            return []
        gone = lives.keys() - {seen.id for seen in update.objects}
        return [Entry(_ended(lives.pop(object_id))) for object_id in sorted(gone)]

    def _follow(self, seen: TrackedObject, update: CameraUpdate) -> Entry | None:
        lives = self._lives[update.camera]
        life = lives.get(seen.id)
        event = _with_snapshot_of(life.event, _event(seen)) if life else _event(seen)
        if seen.end_time is not None:
            lives.pop(seen.id, None)
            return Entry(event)
        self.begun += life is None
        news = life is None or life.event.zones != event.zones
        life = lives.setdefault(seen.id, _Life(event, seen.frame_time))
        life.event, life.last_seen = event, seen.frame_time
        shot = update.key if self._worth_a_snapshot(seen, life, update) else None
        return Entry(event, shot, seen.box) if news or shot else None

    def _worth_a_snapshot(self, seen: TrackedObject, life: _Life, update: CameraUpdate) -> bool:
        if update.camera not in self._snapshot_cameras or seen.frame_time != update.frame_time:
            return False
        quality = seen.score * seen.box.area
        if quality <= life.best * _BETTER or 0 <= seen.frame_time - life.shot_at < SNAPSHOT_INTERVAL:
            return False
        life.best, life.shot_at = quality, seen.frame_time
        return True


class Recorder(Worker):
    """Writes the diary into the store. `on_update` is a sink of the bus; the rest has its own thread."""

    def __init__(
        self,
        events: Events,
        fetch: Fetch,
        snapshots: Mapping[str, SnapshotSettings],
    ) -> None:
        """Snapshots are kept of the cameras in `snapshots` only, which may change at any time."""
        super().__init__("fx-recorder")
        self._events = events
        self._fetch = fetch
        self._diary = Diary(snapshots)
        self._snapshots = snapshots
        self._updates: deque[CameraUpdate] = deque()
        self._arrived = threading.Condition()
        self._dropped = 0
        self._health = PartHealth(PartState.OK)

    def on_update(self, update: CameraUpdate) -> None:
        """Take note of an update; never blocks. When the store can't keep up, the oldest are dropped."""
        with self._arrived:
            if len(self._updates) >= _QUEUE:
                self._updates.popleft()
                self._dropped += 1
                level = logging.WARNING if self._dropped == 1 else logging.DEBUG
                logger.log(level, "the recorder can't keep up: %d updates dropped so far", self._dropped)
            self._updates.append(update)
            self._arrived.notify()

    @property
    def objects(self) -> int:
        """Tracked objects that were believed, since the start."""
        return self._diary.begun

    def health(self) -> PartHealth:
        return self._health

    def wake(self) -> None:
        with self._arrived:
            self._arrived.notify()

    def died(self, error: Exception) -> None:
        self._health = PartHealth(PartState.FAILED, f"records no more events: {error}")

    def run(self) -> None:
        self._guarded(self._events.end_open)
        while not self.stopping.is_set():
            if update := self._next():
                for entry in self._diary.read(update):
                    self._store(entry)

    def _next(self) -> CameraUpdate | None:
        """The oldest update; None when it is time to stop."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._updates or self.stopping.is_set())
            return self._updates.popleft() if self._updates else None

    def _store(self, entry: Entry) -> None:
        event, jpeg = entry.event, None
        if entry.shot and (frame := self._shoot(entry.shot)):
            event, jpeg = replace(event, **_snapshot(frame, entry.box)), frame.jpeg
            self._diary.stored(event)
        self._guarded(lambda: self._events.save(event, jpeg))

    def _shoot(self, key: FrameKey) -> EncodedFrame | None:
        settings = self._snapshots.get(key.camera)
        if settings is None:
            return None
        try:
            frames = self._fetch(key.camera, key=key, height=settings.height, quality=settings.quality)
        except FrameUnavailableError as error:
            logger.debug("no snapshot of %s this time: %s", key, error)
            return None
        return frames[-1] if frames else None

    def _guarded(self, write: Callable[[], object]) -> None:
        """Write, or go without: the next change of an event brings the whole of it again."""
        try:
            write()
        except StoreError as error:
            level = logging.WARNING if self._health.state is PartState.OK else logging.DEBUG
            logger.log(level, "events are not stored, trying again with the next one: %s", error)
            self._health = PartHealth(PartState.DEGRADED, str(error))
        else:
            self._health = PartHealth(PartState.OK)


def _snapshot(frame: EncodedFrame, box: Box | None) -> dict[str, Any]:
    return {"snapshot_time": frame.frame_time, "snapshot_box": box, "frame_size": frame.frame_size}


def _with_snapshot_of(event: Event, other: Event) -> Event:
    """`other`, with the snapshot of `event`."""
    return replace(
        other,
        snapshot_time=event.snapshot_time,
        snapshot_box=event.snapshot_box,
        frame_size=event.frame_size,
    )


def _event(seen: TrackedObject) -> Event:
    return Event(
        id=seen.id,
        camera=seen.camera,
        label=seen.label,
        start_time=seen.start_time,
        end_time=seen.end_time,
        top_score=seen.top_score,
        zones=seen.entered_zones,
    )


def _ended(life: _Life) -> Event:
    return replace(life.event, end_time=max(life.last_seen, life.event.start_time))
