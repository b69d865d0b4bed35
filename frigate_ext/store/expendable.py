"""What may be forgotten to make room, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import SqliteDatabase, fn

from frigate_ext.domain.look import LookState
from frigate_ext.domain.watch import JobState
from frigate_ext.store.database import Database
from frigate_ext.store.deliveries import waiting
from frigate_ext.store.pictures import Evidence, Snapshots
from frigate_ext.store.rows import read_row, read_rows
from frigate_ext.store.tables import AlertTable, DeliveryTable, EventTable, JobTable, LookTable

_FINAL = [state.value for state in JobState if state.final]


class Expendable:
    """Looks, alerts with their evidence, and events with their snapshots that nobody needs any more.

    Needed are alerts that somebody has still to be told of, looks still to be answered, those that an alert
    rests on, and events that go on.
    """

    def __init__(self, database: Database, evidence: Evidence, snapshots: Snapshots) -> None:
        self._database = database
        self._evidence = evidence
        self._snapshots = snapshots

    def oldest(self) -> float | None:
        """Epoch seconds of the oldest thing that may go; None when there is none."""
        with self._database.reading() as db:
            times = [_oldest(db, kind) for kind in (_alerts(), _looks(), _events())]
        return min((time for time in times if time is not None), default=None)

    def remove_before(self, time: float, limit: int = 500) -> int:
        """Remove up to `limit` of each kind that are older than `time` (epoch s); returns how many went.

        Each kind in a transaction of its own, so that whoever else writes waits for milliseconds.
        """
        alerts = self._remove(_alerts(), time, limit)
        for alert_id in alerts:
            self._evidence.remove(alert_id)
        looks = self._remove(_looks(), time, limit)
        events = self._remove(_events(), time, limit)
        for event_id in events:
            self._snapshots.remove(event_id)
        return len(alerts) + len(looks) + len(events)

    def _remove(self, kind: _Kind, time: float, limit: int) -> list[Any]:
        table = kind.at.model
        query = table.select(table.id).where((kind.at < time) & kind.free).order_by(kind.at).limit(limit)
        with self._database.writing() as db:
            ids = [row["id"] for row in read_rows(db, query)]
            table.delete().where(table.id.in_(ids)).execute(db)
        return ids


@dataclass(frozen=True, slots=True)
class _Kind:
    """The column of its time, and the condition that one may go."""

    at: Any
    free: Any


def _alerts() -> _Kind:
    return _Kind(AlertTable.time, AlertTable.id.not_in(waiting(None, DeliveryTable.alert_id)))


def _looks() -> _Kind:
    told = AlertTable.select().where(AlertTable.look_id == LookTable.id)
    ended = JobTable.select(JobTable.id).where(JobTable.state.in_(_FINAL))
    to_be_asked = LookTable.intent.is_null(is_null=False) & LookTable.job_id.not_in(ended)
    needed = fn.EXISTS(told) | to_be_asked | (LookTable.state == LookState.PENDING.value)
    return _Kind(LookTable.started_at, ~needed)


def _events() -> _Kind:
    return _Kind(EventTable.end_time, EventTable.end_time.is_null(is_null=False))


def _oldest(db: SqliteDatabase, kind: _Kind) -> float | None:
    row = read_row(db, kind.at.model.select(kind.at.alias("at")).where(kind.free).order_by(kind.at))
    return row["at"] if row else None
