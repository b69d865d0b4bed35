"""What looks have cost, for a day: budgets hold over restarts, whatever becomes of the looks themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peewee import SqliteDatabase, fn

from frigate_ext.domain.look import Look
from frigate_ext.store.database import Database
from frigate_ext.store.rows import read_rows
from frigate_ext.store.statement import Statement, insert
from frigate_ext.store.tables import PaymentTable

_NO_LOOK = 0
_FORGET = Statement(lambda look_id: PaymentTable.delete().where(PaymentTable.look_id == look_id), look_id=int)


@dataclass(frozen=True, slots=True)
class Payment:
    """What a provider was paid for; `at` is epoch seconds."""

    at: float
    provider: str
    tokens: int


class Payments:
    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, time: float) -> tuple[Payment, ...]:
        """All since `time` (epoch s), oldest first."""
        query = PaymentTable.select().where(PaymentTable.at >= time).order_by(PaymentTable.at)
        with self._database.reading() as db:
            rows = read_rows(db, query)
        return tuple(Payment(row["at"], row["provider"], row["tokens"]) for row in rows)

    def of_job(self, job_id: str, since: float) -> tuple[tuple[float, int], ...]:
        """The start (epoch s) and the tokens of each look of a job that cost something, oldest first."""
        tokens = fn.SUM(PaymentTable.tokens).alias("tokens")
        mine = (PaymentTable.job_id == job_id) & (PaymentTable.at >= since)
        query = PaymentTable.select(PaymentTable.at, tokens).where(mine).group_by(PaymentTable.look_id)
        with self._database.reading() as db:
            rows = read_rows(db, query.order_by(PaymentTable.at))
        return tuple((row["at"], row["tokens"]) for row in rows)

    def add(self, at: float, paid: Iterable[tuple[str, int]]) -> None:
        """Note what was paid for no look at `at` (epoch s), in tokens of each provider."""
        if paid := tuple(paid):
            with self._database.writing() as db:
                _write(db, paid, {"look_id": _NO_LOOK, "job_id": "", "at": at})

    def forget_before(self, time: float) -> int:
        """Forget all before `time` (epoch s); returns how many there were."""
        with self._database.writing() as db:
            return int(PaymentTable.delete().where(PaymentTable.at < time).execute(db))


def write_payments(db: SqliteDatabase, look: Look) -> None:
    """Part of a transaction: in place of what was known of the look's cost before."""
    _FORGET.run(db, look_id=look.id)
    _write(db, look.paid, {"look_id": look.id, "job_id": look.job_id, "at": look.started_at})


def _write(db: SqliteDatabase, paid: Iterable[tuple[str, int]], row: dict[str, Any]) -> None:
    for provider, tokens in paid:
        insert(db, PaymentTable, row | {"provider": provider, "tokens": tokens})
