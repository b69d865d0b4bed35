"""Claims in the database: which job a request has made already."""

from __future__ import annotations

from peewee import SqliteDatabase

from frigate_ext.domain.claim import Claim
from frigate_ext.domain.watch import Job
from frigate_ext.store.rows import Row, read_row
from frigate_ext.store.tables import ClaimTable

KEPT = 86400.0
"""Seconds that a claim is remembered."""
MAX_CLAIMS = 10_000
"""Of these the newest are remembered."""


def keep_claim(db: SqliteDatabase, claim: Claim, job: Job) -> None:
    """Part of the transaction that makes the job."""
    newest = ClaimTable.select(ClaimTable.key).order_by(ClaimTable.time.desc()).limit(MAX_CLAIMS - 1)
    too_old = ClaimTable.time < job.created_at - KEPT
    ClaimTable.delete().where(too_old | ClaimTable.key.not_in(newest)).execute(db)
    ClaimTable.insert(key=claim.key, digest=claim.digest, job_id=job.id, time=job.created_at).execute(db)


def find_claim(db: SqliteDatabase, key: bytes, now: float) -> Row | None:
    """The `job_id` and `digest` of a claim made within the last day."""
    return read_row(db, ClaimTable.select().where((ClaimTable.key == key) & (ClaimTable.time > now - KEPT)))
