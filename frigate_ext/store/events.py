"""Events in the database, their snapshots beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any

from peewee import fn

from frigate_ext.domain.event import Event
from frigate_ext.errors import NotFoundError
from frigate_ext.store.database import Database
from frigate_ext.store.paging import Page
from frigate_ext.store.pictures import Snapshots
from frigate_ext.store.rows import Reader, read_row, read_rows, to_row
from frigate_ext.store.tables import EventTable, EventZoneTable
from frigate_ext.store.timeline import EVER, Line, Span, read_timeline, selecting

_NESTED = ("zones", "snapshot_box", "frame_size")
_EVENTS = Reader(Event, *_NESTED)
MAX_GROUPS = 5000
"""Of a summary."""


class Order(StrEnum):
    """Of a list of events; by when they started, or by their top score. Names are Frigate's."""

    NEWEST = "date_desc"
    OLDEST = "date_asc"
    BEST = "score_desc"
    WORST = "score_asc"


@dataclass(frozen=True, slots=True)
class Daytime:
    """Events that start from one time of day (`HH:MM`) to another, which may be past midnight.

    `offset` is that of the clock from UTC, in seconds.
    """

    begin: str
    end: str
    offset: float = 0.0


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
    daytime: Daytime | None = None
    event_id: str | None = None
    min_score: float = 0.0
    max_score: float = 1.0
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class Group:
    """How many events are alike."""

    camera: str
    label: str
    day: str
    """YYYY-MM-DD."""
    zones: tuple[str, ...]
    count: int


_GROUPS = Reader(Group, "zones")


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
        return _EVENTS.read(row)

    def list(self, chosen: EventFilter = ANY, limit: int = 100, before: str | None = None) -> Page[Event]:
        """Events in the order asked for; `before` is the `next` of an earlier page in that order."""
        line = _line(chosen)
        with self._database.reading() as db:
            branches = [selecting(db, line, query) for query in _queries(chosen)]
            rows, cursor = read_timeline(line, branches, limit, before)
        return Page(tuple(_EVENTS.read(row) for row in rows), cursor)

    def summary(
        self, cameras: Collection[str] | None, *, has_snapshot: bool | None, offset: float
    ) -> tuple[Group, ...]:
        """Count events by camera, label, day and zones, newest day first.

        `offset` is that of the days' clock from UTC, in seconds.
        """
        day = fn.STRFTIME("%Y-%m-%d", EventTable.start_time + offset, "unixepoch")
        columns = EventTable.camera, EventTable.label, EventTable.zones
        conditions = _conditions(EventFilter(has_snapshot=has_snapshot), _line(ANY))
        if cameras is not None:
            conditions.append(EventTable.camera.in_(list(cameras)))
        query = EventTable.select(*columns, day.alias("day"), fn.COUNT(EventTable.seq).alias("count"))
        grouped = query.where(*conditions).group_by(*columns, day).order_by(day.desc(), *columns)
        with self._database.reading() as db:
            rows = read_rows(db, grouped.limit(MAX_GROUPS))
        return tuple(_GROUPS.read(row) for row in rows)

    def snapshot(self, event_id: str) -> bytes | None:
        """An event's snapshot JPEG. Any string may be asked for."""
        return self._snapshots.read(event_id)

    def end_open(self) -> int:
        """At start-up: nobody tracks these objects any more. Returns how many events were left open."""
        last_known = fn.COALESCE(EventTable.snapshot_time, EventTable.start_time)
        query = EventTable.update(end_time=last_known).where(EventTable.end_time.is_null())
        with self._database.writing() as db:
            return int(query.execute(db))


def _queries(chosen: EventFilter) -> Iterator[Any]:
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
    """Events of a zone are found by that zone's own index; those of a score by none."""
    rising = chosen.order in {Order.OLDEST, Order.WORST}
    if chosen.order in {Order.BEST, Order.WORST}:
        return Line(EventTable.top_score, EventTable.seq, rising)
    table = EventTable if chosen.zones is None else EventZoneTable
    return Line(table.start_time, table.seq, rising)


def _each(values: tuple[str, ...] | None) -> tuple[str | None, ...]:
    return (None,) if values is None else tuple(dict.fromkeys(values))


def _conditions(chosen: EventFilter, line: Line) -> list[Any]:
    time = EventTable.start_time if line.time is EventTable.top_score else line.time
    conditions = [line.number > 0, *chosen.span.holds(time), *_of_day(chosen.daytime)]
    if chosen.event_id is not None:
        conditions.append(EventTable.id == chosen.event_id)
    if chosen.has_snapshot is not None:
        conditions.append(EventTable.snapshot_time.is_null(not chosen.has_snapshot))
    if chosen.in_progress is not None:
        conditions.append(EventTable.end_time.is_null(chosen.in_progress))
    if chosen.min_score > 0:
        conditions.append(EventTable.top_score >= chosen.min_score)
    if chosen.max_score < 1:
        conditions.append(EventTable.top_score <= chosen.max_score)
    return conditions


def _of_day(daytime: Daytime | None) -> list[Any]:
    if daytime is None:
        return []
    clock = fn.STRFTIME("%H:%M", EventTable.start_time + daytime.offset, "unixepoch")
    after, before = clock >= daytime.begin, clock < daytime.end
    return [after & before if daytime.begin <= daytime.end else after | before]
