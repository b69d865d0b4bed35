"""Alerts on their way: one row for each alert and notifier, until the notifier has confirmed it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from peewee import SqliteDatabase, fn

from frigate_ext.store.database import Database
from frigate_ext.store.rows import Reader
from frigate_ext.store.statement import Statement, insert
from frigate_ext.store.tables import AlertTable, DeliveryTable

_LONGEST_WAIT = 600.0
"""Seconds; a row that claims to wait longer was written before the clock was set back, and is due."""
_ERROR_CHARS = 500


def waiting(notifier: str | None, *columns: Any) -> Any:
    """Rows that somebody has still to be told of: neither delivered nor expired."""
    query = DeliveryTable.select(*columns).where(_is_waiting())
    return query if notifier is None else query.where(DeliveryTable.notifier == notifier)


def _is_waiting() -> Any:
    return DeliveryTable.delivered_at.is_null() & DeliveryTable.expired_at.is_null()


def _due(now: float, too_late: float, limit: int, notifier: str | None = None) -> Any:
    due = (DeliveryTable.next_try_at <= now) | (DeliveryTable.next_try_at > too_late)
    return waiting(notifier).where(due).order_by(DeliveryTable.id).limit(limit)


_DUE = Statement(_due, now=float, too_late=float, limit=int)
_DUE_OF = Statement(_due, now=float, too_late=float, limit=int, notifier=str)
_NEXT_TRY = Statement(
    lambda notifier: waiting(notifier, fn.MIN(DeliveryTable.next_try_at).alias("at")), notifier=str
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert for one notifier. Times are epoch seconds."""

    id: int
    alert_id: str
    notifier: str
    attempts: int
    """Failed ones."""
    next_try_at: float
    error: str | None
    """What the last attempt said."""
    revision: int
    """Of what it tells: an alert that changes is told anew."""


_DELIVERIES = Reader(Delivery)
_DELIVERED = Statement(
    lambda delivery_id, revision, now: DeliveryTable.update(delivered_at=now, error=None).where(
        (DeliveryTable.id == delivery_id) & (DeliveryTable.revision == revision)
    ),
    delivery_id=int,
    revision=int,
    now=float,
)


class Deliveries:
    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: float, limit: int, notifier: str | None = None) -> tuple[Delivery, ...]:
        """Rows to try now, oldest first; of one notifier, or of all."""
        values = {"now": now, "too_late": now + _LONGEST_WAIT, "limit": limit}
        with self._database.reading() as db:
            rows = (
                _DUE.rows(db, **values) if notifier is None else _DUE_OF.rows(db, **values, notifier=notifier)
            )
        return tuple(_DELIVERIES.read(row) for row in rows)

    def next_try_at(self, notifier: str) -> float | None:
        """When the earliest waiting row of a notifier is to be tried; None when none waits."""
        with self._database.reading() as db:
            (row,) = _NEXT_TRY.rows(db, notifier=notifier)
        return None if row["at"] is None else float(row["at"])

    def delivered(self, delivery: Delivery, now: float) -> None:
        """Unless its alert has changed meanwhile: then that is to be told, too."""
        with self._database.writing() as db:
            _DELIVERED.run(db, delivery_id=delivery.id, revision=delivery.revision, now=now)

    def failed(self, delivery_id: int, error: str, next_try_at: float) -> None:
        self._update(
            delivery_id,
            attempts=DeliveryTable.attempts + 1,
            error=error[:_ERROR_CHARS],
            next_try_at=next_try_at,
        )

    def expire(self, notifier: str, now: float, older_than: float) -> int:
        """Give up on a notifier's alerts of before `older_than` (epoch s). Returns how many there were."""
        old = AlertTable.select(AlertTable.id).where(AlertTable.time < older_than)
        query = DeliveryTable.update(expired_at=now).where(
            _is_waiting() & (DeliveryTable.notifier == notifier) & DeliveryTable.alert_id.in_(old)
        )
        with self._database.writing() as db:
            return int(query.execute(db))

    def pending(self, notifier: str | None = None) -> int:
        """How many alerts wait to be delivered."""
        with self._database.reading() as db:
            return int(waiting(notifier).count(db))

    def drop_all_but(self, notifiers: Collection[str]) -> int:
        """Forget rows of notifiers that are not configured any more. Returns how many there were."""
        query = DeliveryTable.delete().where(_is_waiting() & DeliveryTable.notifier.not_in(list(notifiers)))
        with self._database.writing() as db:
            return int(query.execute(db))

    def _update(self, delivery_id: int, **columns: Any) -> None:
        with self._database.writing() as db:
            DeliveryTable.update(**columns).where(DeliveryTable.id == delivery_id).execute(db)


def add_deliveries(db: SqliteDatabase, alert_id: str, notifiers: Collection[str]) -> None:
    """Part of a transaction; the rows are due at once, whatever the clock says later."""
    for notifier in notifiers:
        row = {"alert_id": alert_id, "notifier": notifier, "attempts": 0, "next_try_at": 0.0, "revision": 0}
        insert(db, DeliveryTable, row)


def renew_deliveries(db: SqliteDatabase, alert_id: str) -> None:
    """Part of a transaction: the alert has changed, so everybody is told what it is now, and only that."""
    DeliveryTable.update(
        delivered_at=None,
        expired_at=None,
        attempts=0,
        next_try_at=0.0,
        error=None,
        revision=DeliveryTable.revision + 1,
    ).where(DeliveryTable.alert_id == alert_id).execute(db)
