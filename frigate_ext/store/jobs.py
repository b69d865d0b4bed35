"""Jobs in the database."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from peewee import SqliteDatabase

from frigate_ext.domain.claim import Claim
from frigate_ext.domain.look import Alert
from frigate_ext.domain.watch import Job, JobState, Origin
from frigate_ext.errors import InvalidRequestError, StoreError
from frigate_ext.store.alert_rows import rewrite_alert
from frigate_ext.store.claims import find_claim, keep_claim
from frigate_ext.store.database import Database
from frigate_ext.store.paging import Page, read_page
from frigate_ext.store.pictures import Evidence
from frigate_ext.store.rows import Reader, Row, read_row, read_rows, to_row
from frigate_ext.store.statement import update
from frigate_ext.store.tables import AlertTable, JobTable, TombstoneTable
from frigate_ext.store.timeline import EVER, Span

TOMBSTONES = 500
"""Jobs that are remembered to have been here."""
_NESTED = ("watch", "last_verdict")
_JOBS = Reader(Job, *_NESTED)


class Jobs:
    def __init__(self, database: Database, evidence: Evidence) -> None:
        self._database = database
        self._evidence = evidence

    def add(self, job: Job, claim: Claim | None = None) -> None:
        """Write a new job; `claim` is that of the request that makes it."""
        with self._database.writing() as db:
            JobTable.insert(_row(job)).execute(db)
            if claim is not None:
                keep_claim(db, claim, job)

    def claimed(self, claim: Claim, now: float) -> str | None:
        """The id of the job that this request has made already.

        Raises InvalidRequestError (`idempotency_key_reused`) when that was another request.
        """
        with self._database.reading() as db:
            row = find_claim(db, claim.key, now)
        if row is not None and bytes(row["digest"]) != claim.digest:
            raise InvalidRequestError(
                "This Idempotency-Key was sent with another request.", code="idempotency_key_reused"
            )
        return row["job_id"] if row else None

    def save(self, job: Job, withdrawn: Alert | None = None) -> None:
        """Bring a job's row up to date; StoreError when it has been deleted.

        `withdrawn` is an alert that was told before a verdict, which will not come.
        """
        with self._database.writing() as db:
            update_job(db, job)
            if withdrawn is not None:
                rewrite_alert(db, withdrawn)

    def get(self, job_id: str) -> Job | None:
        return self._first(JobTable.id == job_id)

    def list(
        self,
        *,
        states: Collection[JobState] | None = None,
        cameras: Collection[str] | None = None,
        span: Span = EVER,
        limit: int = 100,
        before: str | None = None,
    ) -> Page[Job]:
        """Jobs made within `span`, newest first; None means any."""
        query = JobTable.select().where(JobTable.seq > 0, *span.holds(JobTable.created_at))
        if states is not None:
            query = query.where(JobTable.state.in_([state.value for state in states]))
        if cameras is not None:
            query = query.where(JobTable.camera.in_(list(cameras)))
        with self._database.reading() as db:
            rows, cursor = read_page(db, query, JobTable.seq, limit, before)
        return Page(tuple(_JOBS.read(row) for row in rows), cursor)

    def unfinished(self) -> tuple[Job, ...]:
        """Every job whose state is not final, oldest first."""
        states = [state.value for state in JobState if not state.final]
        query = JobTable.select().where(JobTable.state.in_(states)).order_by(JobTable.seq)
        with self._database.reading() as db:
            return tuple(_JOBS.read(row) for row in read_rows(db, query))

    def named(self, name: str, origin: Origin) -> Job | None:
        """The newest job of that name and origin."""
        return self._first((JobTable.name == name) & (JobTable.origin == origin.value))

    def newest(self, origin: Origin) -> Job | None:
        return self._first(JobTable.origin == origin.value)

    def delete(self, job_id: str) -> None:
        """Remove a job with its looks, alerts, deliveries and evidence."""
        alerts = AlertTable.select(AlertTable.id).where(AlertTable.job_id == job_id)
        with self._database.writing() as db:
            alert_ids = [row["id"] for row in read_rows(db, alerts)]
            JobTable.delete().where(JobTable.id == job_id).execute(db)
            bury(db, [job_id])
        for alert_id in alert_ids:
            self._evidence.remove(alert_id)

    def buried(self) -> tuple[str, ...]:
        """The ids of the last jobs that were removed, oldest first."""
        with self._database.reading() as db:
            rows = read_rows(db, TombstoneTable.select(TombstoneTable.job_id).order_by(TombstoneTable.seq))
        return tuple(row["job_id"] for row in rows)

    def _first(self, condition: Any) -> Job | None:
        query = JobTable.select().where(condition).order_by(JobTable.seq.desc())
        with self._database.reading() as db:
            row = read_row(db, query)
        return _JOBS.read(row) if row else None


def update_job(db: SqliteDatabase, job: Job) -> None:
    """Part of a transaction: raises StoreError, which rolls it back, when the job is gone."""
    if not update(db, JobTable, _row(job), "id"):
        raise StoreError(f"job {job.id} is not in the database any more")


def bury(db: SqliteDatabase, job_ids: Collection[str]) -> None:
    """Part of a transaction: remember that these were here, for as long as there is room."""
    for job_id in job_ids:
        TombstoneTable.insert(job_id=job_id).execute(db)
    newest = TombstoneTable.select(TombstoneTable.seq).order_by(TombstoneTable.seq.desc())
    TombstoneTable.delete().where(TombstoneTable.seq < newest.offset(TOMBSTONES - 1).limit(1)).execute(db)


def _row(job: Job) -> Row:
    return {**to_row(job, *_NESTED), "name": job.watch.name, "camera": job.watch.camera}
