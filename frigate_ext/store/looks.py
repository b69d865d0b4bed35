"""Looks in the database: begun before the judge is asked, finished when it has answered."""

from __future__ import annotations

from peewee import SqliteDatabase

from frigate_ext.domain.look import Look, LookReason, LookState
from frigate_ext.domain.verdict import Verdict
from frigate_ext.errors import StoreError
from frigate_ext.store.database import Database
from frigate_ext.store.paging import Page, read_page
from frigate_ext.store.rows import Row, from_row, read_rows, to_row
from frigate_ext.store.tables import LookTable


class Looks:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        job_id: str,
        *,
        reason: LookReason,
        started_at: float,
        trigger: str | None = None,
        frame_time: float | None = None,
        image_bytes: int = 0,
    ) -> Look:
        """Commit a pending look and return it with its id."""
        look = Look(
            id=0,
            job_id=job_id,
            reason=reason,
            trigger=trigger,
            state=LookState.PENDING,
            started_at=started_at,
            frame_time=frame_time,
            image_bytes=image_bytes,
        )
        row = _row(look)
        del row["id"]
        with self._database.writing() as db:
            row["id"] = LookTable.insert(row).execute(db)
        return _look(row)

    def finish(self, look: Look) -> None:
        """Bring a look's row up to date; StoreError when its job has been deleted."""
        with self._database.writing() as db:
            update_look(db, look)

    def of_job(self, job_id: str, limit: int = 100, before: str | None = None) -> Page[Look]:
        """Looks of a job, newest first."""
        with self._database.reading() as db:
            query = LookTable.select().where(LookTable.job_id == job_id)
            rows, cursor = read_page(db, query, LookTable.id, limit, before)
        return Page(tuple(_look(row) for row in rows), cursor)

    def last_verdicts(self, job_id: str, n: int) -> tuple[Verdict, ...]:
        """The last `n` verdicts of a job, oldest first."""
        answered = (LookTable.job_id == job_id) & LookTable.verdict.is_null(is_null=False)
        with self._database.reading() as db:
            rows = read_rows(db, LookTable.select().where(answered).order_by(LookTable.id.desc()).limit(n))
        return tuple(verdict for row in reversed(rows) if (verdict := _look(row).verdict))

    def abandon_pending(self) -> int:
        """At start-up: no process waits for these answers any more. Returns how many there were."""
        query = LookTable.update(state=LookState.ABANDONED.value).where(
            LookTable.state == LookState.PENDING.value
        )
        with self._database.writing() as db:
            return int(query.execute(db))


def update_look(db: SqliteDatabase, look: Look) -> None:
    """Part of a transaction: raises StoreError, which rolls it back, when the look is gone."""
    if not LookTable.update(_row(look)).where(LookTable.id == look.id).execute(db):
        raise StoreError(f"look {look.id} is not in the database any more")


def _row(look: Look) -> Row:
    return to_row(look, "verdict")


def _look(row: Row) -> Look:
    return from_row(row, Look, "verdict")
