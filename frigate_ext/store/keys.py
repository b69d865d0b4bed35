"""API keys by their digest: what is stored opens nothing."""

from __future__ import annotations

from typing import Any

from peewee import SqliteDatabase

from frigate_ext.domain.account import ApiKey, User
from frigate_ext.errors import ConflictError, NotFoundError
from frigate_ext.store.database import Database
from frigate_ext.store.rows import Reader, read_row, read_rows, to_row
from frigate_ext.store.tables import ApiKeyTable, UserTable

MAX_KEYS = 50
"""Of one user."""
_KEYS = Reader(ApiKey, "cameras")
_USERS = Reader(User, "cameras")


class Keys:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key: ApiKey, user_id: int, digest: bytes) -> ApiKey:
        """Return the key as stored, with an id; ConflictError (`too_many_keys`)."""
        row = to_row(key, "cameras") | {"user_id": user_id, "digest": digest}
        del row["id"], row["user"]
        with self._database.writing() as db:
            if ApiKeyTable.select().where(ApiKeyTable.user_id == user_id).count(db) >= MAX_KEYS:
                raise ConflictError(f"There are {MAX_KEYS} keys of {key.user} already.", code="too_many_keys")
            key_id = ApiKeyTable.insert(row).execute(db)
            return _read(db, ApiKeyTable.id == key_id)[0]

    def list(self, user: str | None = None) -> tuple[ApiKey, ...]:
        """Of one user, or all; oldest first."""
        with self._database.reading() as db:
            return _read(db, None if user is None else UserTable.name == user)

    def get(self, key_id: int) -> ApiKey:
        """Raise NotFoundError."""
        with self._database.reading() as db:
            found = _read(db, ApiKeyTable.id == key_id)
        if not found:
            raise NotFoundError(f"There is no key {key_id}.", code="unknown_key")
        return found[0]

    def find(self, digest: bytes) -> tuple[ApiKey, User] | None:
        """The key of this digest, and whom it belongs to."""
        with self._database.reading() as db:
            found = _read(db, ApiKeyTable.digest == digest)
            owner = read_row(db, UserTable.select().where(UserTable.name == found[0].user)) if found else None
        return (found[0], _USERS.read(owner)) if owner else None

    def note_use(self, key_id: int, now: float) -> None:
        with self._database.writing() as db:
            ApiKeyTable.update(used_at=now).where(ApiKeyTable.id == key_id).execute(db)

    def revoke(self, key_id: int) -> None:
        """Idempotent."""
        with self._database.writing() as db:
            ApiKeyTable.delete().where(ApiKeyTable.id == key_id).execute(db)


def _read(db: SqliteDatabase, condition: Any) -> tuple[ApiKey, ...]:
    query = ApiKeyTable.select(ApiKeyTable, UserTable.name.alias("user")).join(
        UserTable, on=(ApiKeyTable.user_id == UserTable.id)
    )
    if condition is not None:
        query = query.where(condition)
    rows = read_rows(db, query.order_by(ApiKeyTable.id))
    return tuple(_KEYS.read(row) for row in rows)
