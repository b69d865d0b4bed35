"""Events in the database, their snapshots beside it."""

from __future__ import annotations

from peewee import fn

from frigate_ext.domain.event import Event
from frigate_ext.store.database import Database
from frigate_ext.store.paging import Page, read_page
from frigate_ext.store.pictures import Snapshots
from frigate_ext.store.rows import Row, from_row, read_row, to_row
from frigate_ext.store.tables import EventTable


class Events:
    def __init__(self, database: Database, snapshots: Snapshots) -> None:
        self._database = database
        self._snapshots = snapshots

    def save(self, event: Event, snapshot: bytes | None = None) -> None:
        """Write or update an event, its snapshot JPEG first where there is a new one."""
        if snapshot is not None:
            self._snapshots.keep(event.id, snapshot)
        row = to_row(event, "zones")
        changed = {key: value for key, value in row.items() if key != "id"}
        with self._database.writing() as db:
            EventTable.insert(row).on_conflict(conflict_target=[EventTable.id], update=changed).execute(db)

    def get(self, event_id: str) -> Event | None:
        with self._database.reading() as db:
            row = read_row(db, EventTable.select().where(EventTable.id == event_id))
        return _event(row) if row else None

    def list(
        self,
        *,
        camera: str | None = None,
        label: str | None = None,
        limit: int = 100,
        before: str | None = None,
    ) -> Page[Event]:
        """Events, newest first."""
        query = EventTable.select()
        if camera is not None:
            query = query.where(EventTable.camera == camera)
        if label is not None:
            query = query.where(EventTable.label == label)
        with self._database.reading() as db:
            rows, cursor = read_page(db, query, EventTable.seq, limit, before)
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


def _event(row: Row) -> Event:
    return from_row(row, Event, "zones")
