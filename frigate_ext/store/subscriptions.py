"""Devices that want to be told of alerts, and what each of them has been told."""

from __future__ import annotations

from peewee import JOIN, SqliteDatabase

from frigate_ext.domain.account import Role, User
from frigate_ext.domain.look import Alert, AlertStatus
from frigate_ext.domain.subscription import Subscription
from frigate_ext.errors import NotFoundError
from frigate_ext.store.database import Database
from frigate_ext.store.rows import Reader, Row, read_row, read_rows
from frigate_ext.store.tables import AlertTable, ReceiptTable, SubscriptionTable, UserTable

MAX_DEVICES = 20
"""Of one user; the one that asked first makes room."""
_SUBSCRIPTIONS = Reader(Subscription)
_USERS = Reader(User, "cameras")


class Subscriptions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, subscription: Subscription, user: str | None, session: bytes | None) -> None:
        """Keep it in place of an earlier one of the same endpoint, whoever's that was.

        It goes with its user, and when `session` (a digest) is ended by signing out. `user` is None where
        nobody signs in. Raises NotFoundError for a user who is gone.
        """
        row = {name: getattr(subscription, name) for name in ("endpoint", "p256dh", "auth", "created_at")}
        with self._database.writing() as db:
            user_id = None if user is None else _user_id(db, user)
            SubscriptionTable.delete().where(SubscriptionTable.endpoint == subscription.endpoint).execute(db)
            _make_room(db, user_id)
            SubscriptionTable.insert(row | {"user_id": user_id, "session": session}).execute(db)

    def withdraw(self, endpoint: str) -> None:
        """Forget a device by what only it and its push service know. Idempotent."""
        with self._database.writing() as db:
            SubscriptionTable.delete().where(SubscriptionTable.endpoint == endpoint).execute(db)

    def forget(self, subscription_id: int) -> None:
        """Idempotent."""
        with self._database.writing() as db:
            SubscriptionTable.delete().where(SubscriptionTable.id == subscription_id).execute(db)

    def count(self) -> int:
        with self._database.reading() as db:
            return int(SubscriptionTable.select().count(db))

    def to_tell(self, alert: Alert, *, anonymous: bool) -> tuple[Subscription, ...]:
        """Devices that asked before the alert, of users who may see its camera, and don't know its status.

        That it was withdrawn is news only to who heard of it. Devices of no user count while `anonymous`.
        """
        told = ReceiptTable.alert_id == alert.id
        query = (
            SubscriptionTable.select(SubscriptionTable, UserTable.role, UserTable.cameras, ReceiptTable.told)
            .join(UserTable, JOIN.LEFT_OUTER, on=(SubscriptionTable.user_id == UserTable.id))
            .join(
                ReceiptTable,
                JOIN.LEFT_OUTER,
                on=((ReceiptTable.subscription_id == SubscriptionTable.id) & told),
            )
            .where(SubscriptionTable.created_at <= alert.time)
            .order_by(SubscriptionTable.id)
        )
        with self._database.reading() as db:
            rows = read_rows(db, query)
        return tuple(
            _SUBSCRIPTIONS.read(row)
            for row in rows
            if _is_news(row, alert) and _may_see(row, alert.camera, anonymous=anonymous)
        )

    def told(self, subscription: Subscription, alert: Alert) -> None:
        """The device knows the alert as it is; nothing where either is gone by now."""
        row = {"alert_id": alert.id, "subscription_id": subscription.id, "told": alert.status.value}
        alert_there = AlertTable.select().where(AlertTable.id == alert.id)
        device_there = SubscriptionTable.select().where(SubscriptionTable.id == subscription.id)
        with self._database.writing() as db:
            if not (alert_there.exists(db) and device_there.exists(db)):
                return
            ReceiptTable.insert(row).on_conflict_replace().execute(db)


def _is_news(row: Row, alert: Alert) -> bool:
    if row["told"] is None:
        return alert.status is not AlertStatus.WITHDRAWN
    return bool(row["told"] != alert.status.value)


def _may_see(row: Row, camera: str, *, anonymous: bool) -> bool:
    if row["user_id"] is None:
        return anonymous
    user = _USERS.read({**row, "name": ""})
    return user.role is Role.ADMIN or user.cameras is None or camera in user.cameras


def _user_id(db: SqliteDatabase, name: str) -> int:
    row = read_row(db, UserTable.select(UserTable.id).where(UserTable.name == name))
    if row is None:
        raise NotFoundError(f"There is no user {name[:80]}.", code="unknown_user")
    return int(row["id"])


def _make_room(db: SqliteDatabase, user_id: int | None) -> None:
    of_user = SubscriptionTable.user_id.is_null() if user_id is None else SubscriptionTable.user_id == user_id
    newest = (
        SubscriptionTable.select(SubscriptionTable.id).where(of_user).order_by(SubscriptionTable.id.desc())
    )
    surplus = newest.limit(-1).offset(MAX_DEVICES - 1)
    SubscriptionTable.delete().where(SubscriptionTable.id.in_(surplus)).execute(db)
