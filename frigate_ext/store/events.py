"""Events in the database, their snapshots beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from peewee import fn

from frigate_ext.domain.event import Event
from frigate_ext.errors import NotFoundError
from frigate_ext.store.database import Database
from frigate_ext.store.paging import Page
from frigate_ext.store.pictures import Snapshots
from frigate_ext.store.rows import Row, from_row, read_row, to_row
from frigate_ext.store.tables import EventTable, EventZoneTable
from frigate_ext.store.timeline import EVER, Line, Span, read_timeline

_NESTED = ("zones", "snapshot_box", "frame_size")
_BY_START = Line(EventTable.start_time, EventTable.seq)
_IN_ZONE = Line(EventZoneTable.start_time, EventZoneTable.seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events; None asks for any, an empty tuple for none."""

    cameras: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    zones: tuple[str, ...] | None = None
    span: Span = EVER
    """Of when they started."""
    has_snapshot: bool | None = None
    in_progress: bool | None = None
    min_score: float = 0.0
    max_score: float = 1.0


ANY = EventFilter()


class Events:
    def __init__(self, database: Database, snapshots: Snapshots) -> None:
        self._database = database
        self._snapshots = snapshots

    def save(self, event: Event, snapshot: bytes | None = None) -> None:
        """Write or update an event, its snapshot JPEG first where there is a new one."""
        if snapshot is not None:
            self._snapshots.keep(event.id, snapshot)
        row = to_row(event, *_NESTED)
        changed = {key: value for key, value in row.items() if key != "id"}
        with self._database.writing() as db:
            EventTable.insert(row).on_conflict(conflict_target=[EventTable.id], update=changed).execute(db)

    def get(self, event_id: str) -> Event:
        """Raise NotFoundError when there is none."""
        with self._database.reading() as db:
            row = read_row(db, EventTable.select().where(EventTable.id == event_id))
        if row is None:
            raise NotFoundError(f"there is no event {event_id[:80]!r}")
        return _event(row)

    def list(self, chosen: EventFilter = ANY, limit: int = 100, before: str | None = None) -> Page[Event]:
        """Events, those that started last first; `before` is the `next` of an earlier page."""
        with self._database.reading() as db:
            rows, cursor = read_timeline(db, _line(chosen), _branches(chosen), limit, before)
        return Page(tuple(_event(row) for row in rows), cursor)

    def snapshot(self, event_id: str) -> bytes | None:
        """An event's snapshot JPEG. Any string may be asked for."""
        return self._snapshots.read(event_id)

    def end_open(self) -> int:
        """At start-up: nobody tracks these objects any more. Returns how many events were left open."""
        last_known = fn.COALESCE(EventTable.snapshot_time, EventTable.start_time)
        query = EventTable.update(end_time=last_known).where(EventTable.end_time.is_null())
        with self._database.writing() as db:
            return int(query.execute(db))


def _branches(chosen: EventFilter) -> Iterator[Any]:
    """One select for each camera, label and zone."""
    line = _line(chosen)
    conditions = _conditions(chosen, line)
    for camera, label, zone in product(_each(chosen.cameras), _each(chosen.labels), _each(chosen.zones)):
        query = EventTable.select().where(*conditions)
        if camera is not None:
            query = query.where(EventTable.camera == camera)
        if label is not None:
            query = query.where(EventTable.label == label)
        if zone is not None:
            query = query.join(EventZoneTable, on=EventZoneTable.seq == EventTable.seq)
            query = query.where(EventZoneTable.zone == zone)
        yield query


def _line(chosen: EventFilter) -> Line:
    """Events of a zone are found by that zone's own index."""
    return _BY_START if chosen.zones is None else _IN_ZONE


def _each(values: tuple[str, ...] | None) -> tuple[str | None, ...]:
    return (None,) if values is None else tuple(dict.fromkeys(values))


def _conditions(chosen: EventFilter, line: Line) -> list[Any]:
    conditions = [line.number > 0, *chosen.span.holds(line.time)]
    if chosen.has_snapshot is not None:
        conditions.append(EventTable.snapshot_time.is_null(not chosen.has_snapshot))
    if chosen.in_progress is not None:
        conditions.append(EventTable.end_time.is_null(chosen.in_progress))
    if chosen.min_score > 0:
        conditions.append(EventTable.top_score >= chosen.min_score)
    if chosen.max_score < 1:
        conditions.append(EventTable.top_score <= chosen.max_score)
    return conditions


def _event(row: Row) -> Event:
    return from_row(row, Event, *_NESTED)
