"""Parts of transactions that write alerts."""

from __future__ import annotations

from collections.abc import Collection

from peewee import SqliteDatabase

from frigate_ext.domain.look import Alert, AlertStatus
from frigate_ext.store.deliveries import add_deliveries, renew_deliveries
from frigate_ext.store.rows import to_row
from frigate_ext.store.statement import Statement, insert, update
from frigate_ext.store.tables import AlertTable

_OWNERS = ("acknowledged_at", "feedback", "note")
"""Columns that its owner writes, not we."""
_TOLD = Statement(
    lambda alert_id: AlertTable.select(AlertTable.seq).where(
        (AlertTable.id == alert_id) & (AlertTable.status == AlertStatus.UNVERIFIED.value)
    ),
    alert_id=str,
)


def write_alert(db: SqliteDatabase, alert: Alert, notifiers: Collection[str]) -> None:
    """A new alert, or what one that was told unverified has become."""
    if not rewrite_alert(db, alert):
        insert(db, AlertTable, to_row(alert))
        add_deliveries(db, alert.id, notifiers)


def rewrite_alert(db: SqliteDatabase, alert: Alert) -> bool:
    """Change what was told unverified, and tell it anew; False where there is no such alert (any more)."""
    if not _TOLD.rows(db, alert_id=alert.id):
        return False
    row = {name: value for name, value in to_row(alert).items() if name not in _OWNERS}
    update(db, AlertTable, row, "id")
    renew_deliveries(db, alert.id)
    return True
