"""Alerts in the database, their evidence beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from peewee import fn

from frigate_ext.domain.look import Alert, AlertKind, AlertStatus, Feedback, Look
from frigate_ext.domain.watch import Job
from frigate_ext.errors import NotFoundError, StoreError
from frigate_ext.store.alert_filter import shows, watches
from frigate_ext.store.alert_rows import write_alert
from frigate_ext.store.database import Database
from frigate_ext.store.jobs import update_job
from frigate_ext.store.looks import drop_pictures, keep_as_evidence, read_picture, update_look
from frigate_ext.store.paging import Page, read_page
from frigate_ext.store.pictures import Evidence
from frigate_ext.store.rows import Reader, Row, read_row, read_rows
from frigate_ext.store.statement import Statement
from frigate_ext.store.tables import AlertTable
from frigate_ext.store.timeline import EVER, Span

_ALERTS = Reader(Alert)
_ALERT = Statement(lambda alert_id: AlertTable.select().where(AlertTable.id == alert_id), alert_id=str)
_WRONG_NOTES = Statement(
    lambda job_id, n: (
        AlertTable.select(AlertTable.note)
        .where(
            (AlertTable.job_id == job_id)
            & (AlertTable.feedback == Feedback.WRONG.value)
            & (AlertTable.note != "")
        )
        .order_by(AlertTable.seq.desc())
        .limit(n)
    ),
    job_id=str,
    n=int,
)


class Alerts:
    def __init__(self, database: Database, evidence: Evidence) -> None:
        self._database = database
        self._evidence = evidence

    def commit(
        self,
        alert: Alert,
        evidence: tuple[bytes, ...],
        job: Job,
        look: Look | None,
        notifiers: Collection[str],
    ) -> None:
        """Make an alert fact: its JPEGs, then its row with job, look and deliveries in one transaction.

        One that was told unverified gives its place, and its pictures where there are none, to what it has
        become, and is told anew; no other is ever replaced.
        The pictures that a look was shown are on disk since it began, and are its alert's evidence where it
        comes without any. All of it is on disk when this returns; StoreError means that it was not told.
        """
        shown = len(evidence) or (look.pictures if look else 0)
        if shown and alert.evidence != shown:
            raise ValueError(f"alert {alert.id} speaks of {alert.evidence} pictures, not of {shown}")
        told = self._evidence.has(alert.id)
        if not told or self.get(alert.id).status is AlertStatus.UNVERIFIED:
            self._evidence.keep(alert.id, evidence)
        try:
            self._write(alert, job, look, notifiers)
        except StoreError:
            if not told:
                self._evidence.remove(alert.id)
            raise
        if told and shown and not evidence:
            self._evidence.remove(alert.id)

    def get(self, alert_id: str) -> Alert:
        """Raise NotFoundError when there is none."""
        with self._database.reading() as db:
            rows = _ALERT.rows(db, alert_id=alert_id)
        if not rows:
            raise _unknown(alert_id)
        return _ALERTS.read(rows[0])

    def list(
        self,
        *,
        job_id: str | None = None,
        cameras: Collection[str] | None = None,
        span: Span = EVER,
        kind: AlertKind | None = None,
        status: AlertStatus | None = None,
        labels: Collection[str] = (),
        zones: Collection[str] = (),
        limit: int = 100,
        before: str | None = None,
    ) -> Page[Alert]:
        """Alerts told within `span`, newest first; None means any.

        `labels` are of objects in the judged frame, `zones` the watch's; none means any.
        """
        query = AlertTable.select().where(AlertTable.seq > 0, *span.holds(AlertTable.time))
        if job_id is not None:
            query = query.where(AlertTable.job_id == job_id)
        if cameras is not None:
            query = query.where(AlertTable.camera.in_(list(cameras)))
        if kind is not None:
            query = query.where(AlertTable.kind == kind.value)
        if status is not None:
            query = query.where(AlertTable.status == status.value)
        if labels:
            query = query.where(shows(labels))
        if zones:
            query = query.where(watches(zones))
        with self._database.reading() as db:
            rows, cursor = read_page(db, query, AlertTable.seq, limit, before)
        return Page(tuple(_ALERTS.read(row) for row in rows), cursor)

    def evidence(self, alert_id: str, n: int) -> bytes | None:
        """JPEG `n` (from 0) of an alert; None when there is none. Any string and number may be asked for."""
        with self._database.reading() as db:
            row = next(iter(_ALERT.rows(db, alert_id=alert_id)), None)
        return self._picture(row, n) if row and 0 <= n < row["evidence"] else None

    def add_full(self, alert_id: str, jpeg: bytes, time: float) -> None:
        """Add the full picture of an alert, taken at `time` (epoch s).

        Raises NotFoundError where the alert has been deleted.
        """
        self._evidence.keep_full(alert_id, jpeg)
        try:
            self._change(alert_id, full_time=time)
        except NotFoundError:
            self._evidence.remove(alert_id)
            raise

    def full(self, alert_id: str) -> bytes | None:
        """The full picture of an alert; None when there is none. Any string may be asked for."""
        with self._database.reading() as db:
            row = next(iter(_ALERT.rows(db, alert_id=alert_id)), None)
        return self._evidence.read_full(alert_id) if row and row["full_time"] is not None else None

    def last_evidence(self, job_id: str) -> bytes | None:
        """The judged frame (the last picture) of a job's newest alert that has evidence."""
        query = AlertTable.select().where((AlertTable.job_id == job_id) & (AlertTable.evidence > 0))
        with self._database.reading() as db:
            row = read_row(db, query.order_by(AlertTable.seq.desc()))
        return self._picture(row, row["evidence"] - 1) if row else None

    def _picture(self, alert: Row, n: int) -> bytes | None:
        """One that came with the alert, or else one that the look was shown."""
        if (jpeg := self._evidence.read(alert["id"], n)) is not None or alert["look_id"] is None:
            return jpeg
        with self._database.reading() as db:
            return read_picture(db, alert["look_id"], n)

    def acknowledge(self, alert_id: str, now: float) -> Alert:
        """Somebody has seen it; the first time counts. Raises NotFoundError."""
        self._change(alert_id, acknowledged_at=fn.COALESCE(AlertTable.acknowledged_at, now))
        return self.get(alert_id)

    def judge(self, alert_id: str, feedback: Feedback, note: str) -> Alert:
        """What its owner says of it, in place of what they said before. Raises NotFoundError."""
        self._change(alert_id, feedback=feedback.value, note=note)
        return self.get(alert_id)

    def wrong_notes(self, job_id: str, n: int) -> tuple[str, ...]:
        """The owner's last `n` remarks on alerts of a job that were wrong, oldest first."""
        with self._database.reading() as db:
            rows = _WRONG_NOTES.rows(db, job_id=job_id, n=n)
        return tuple(row["note"] for row in reversed(rows))

    def feedback(self, job_ids: Collection[str]) -> dict[str, Counter[Feedback]]:
        """How many alerts of each job their owner called right and wrong; jobs without any are left out."""
        count = fn.COUNT(AlertTable.seq).alias("count")
        query = AlertTable.select(AlertTable.job_id, AlertTable.feedback, count).where(
            AlertTable.job_id.in_(list(job_ids)) & AlertTable.feedback.is_null(is_null=False)
        )
        counts: dict[str, Counter[Feedback]] = {}
        with self._database.reading() as db:
            for row in read_rows(db, query.group_by(AlertTable.job_id, AlertTable.feedback)):
                counts.setdefault(row["job_id"], Counter())[Feedback(row["feedback"])] = row["count"]
        return counts

    def delete(self, alert_id: str) -> None:
        """Forget an alert with its evidence and deliveries. Raises NotFoundError."""
        with self._database.writing() as db:
            row = read_row(db, AlertTable.select().where(AlertTable.id == alert_id))
            if row is None:
                raise _unknown(alert_id)
            drop_pictures(db, row["look_id"])
            AlertTable.delete().where(AlertTable.id == alert_id).execute(db)
        self._evidence.remove(alert_id)

    def remove_orphans(self) -> int:
        """At start-up, before anything is committed: remove evidence without an alert, and count it."""
        has_some = (AlertTable.evidence > 0) | AlertTable.full_time.is_null(is_null=False)
        query = AlertTable.select(AlertTable.id).where(has_some)
        with self._database.reading() as db:
            known = {row["id"] for row in read_rows(db, query)}
        return self._evidence.remove_all_but(known)

    def _change(self, alert_id: str, **columns: Any) -> None:
        with self._database.writing() as db:
            if not AlertTable.update(**columns).where(AlertTable.id == alert_id).execute(db):
                raise _unknown(alert_id)

    def _write(self, alert: Alert, job: Job, look: Look | None, notifiers: Collection[str]) -> None:
        with self._database.writing() as db:
            write_alert(db, alert, notifiers)
            update_job(db, job)
            if look is not None:
                update_look(db, look)
                keep_as_evidence(db, look.id)


def _unknown(alert_id: str) -> NotFoundError:
    return NotFoundError(f"there is no alert {alert_id[:80]!r}")
