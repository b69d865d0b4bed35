"""What may be forgotten to make room, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import SqliteDatabase, fn

from frigate_ext.domain.look import LookState
from frigate_ext.domain.watch import JobState, Origin
from frigate_ext.store.database import Database
from frigate_ext.store.deliveries import waiting
from frigate_ext.store.jobs import bury
from frigate_ext.store.pictures import Evidence, Snapshots
from frigate_ext.store.rows import read_row, read_rows
from frigate_ext.store.tables import AlertTable, DeliveryTable, EventTable, JobTable, LookTable

_FINAL = [state.value for state in JobState if state.final]


@dataclass(frozen=True, slots=True)
class Removed:
    """How many things went, and the ids of the jobs among them."""

    count: int
    jobs: tuple[str, ...]


class Expendable:
    """Looks, alerts with their evidence, events with their snapshots, and jobs that nobody needs any more.

    Needed are alerts that somebody has still to be told of, looks still to be answered, those that an alert
    rests on, events that go on, jobs that have not ended or have alerts left, and the last job of each
    name in the configuration, which would be started again.
    """

    def __init__(self, database: Database, evidence: Evidence, snapshots: Snapshots) -> None:
        self._database = database
        self._evidence = evidence
        self._snapshots = snapshots

    def oldest(self) -> float | None:
        """Epoch seconds of the oldest thing that may go; None when there is none."""
        with self._database.reading() as db:
            times = [_oldest(db, kind) for kind in (_alerts(), _looks(), _events(), _jobs())]
        return min((time for time in times if time is not None), default=None)

    def remove_before(self, time: float, limit: int = 500) -> Removed:
        """Remove up to `limit` of each kind that are older than `time` (epoch s).

        Each kind in a transaction of its own, so that whoever else writes waits for milliseconds.
        """
        alerts = self._remove(_alerts(), time, limit)
        for alert_id in alerts:
            self._evidence.remove(alert_id)
        looks = self._remove(_looks(), time, limit)
        events = self._remove(_events(), time, limit)
        for event_id in events:
            self._snapshots.remove(event_id)
        jobs = self._remove(_jobs(), time, limit)
        return Removed(len(alerts) + len(looks) + len(events) + len(jobs), tuple(jobs))

    def _remove(self, kind: _Kind, time: float, limit: int) -> list[Any]:
        table = kind.at.model
        query = table.select(table.id).where((kind.at < time) & kind.free).order_by(kind.at).limit(limit)
        with self._database.writing() as db:
            ids = [row["id"] for row in read_rows(db, query)]
            table.delete().where(table.id.in_(ids)).execute(db)
            if table is JobTable:
                bury(db, ids)
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


def _jobs() -> _Kind:
    newer = JobTable.alias()
    same = (newer.name == JobTable.name) & (newer.origin == JobTable.origin) & (newer.seq > JobTable.seq)
    replaced = (JobTable.origin != Origin.CONFIG.value) | fn.EXISTS(newer.select().where(same))
    told = fn.EXISTS(AlertTable.select().where(AlertTable.job_id == JobTable.id))
    return _Kind(JobTable.ended_at, JobTable.state.in_(_FINAL) & replaced & ~told)


def _oldest(db: SqliteDatabase, kind: _Kind) -> float | None:
    row = read_row(db, kind.at.model.select(kind.at.alias("at")).where(kind.free).order_by(kind.at))
    return row["at"] if row else None
