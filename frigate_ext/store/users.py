"""People's accounts in the database; passwords come and go hashed."""

from __future__ import annotations

from collections.abc import Collection

from peewee import SqliteDatabase

from frigate_ext.domain.account import Role, User
from frigate_ext.errors import ConflictError, NotFoundError
from frigate_ext.store.database import Database
from frigate_ext.store.rows import Reader, Row, read_row, read_rows, to_row
from frigate_ext.store.tables import SessionTable, SubscriptionTable, UserTable

MAX_USERS = 200
_USERS = Reader(User, "cameras")


class Users:
    """Names are compared without regard to case. There is always an admin, once there was one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, user: User, password_hash: str) -> User:
        """Return the user as stored, with an id; ConflictError (`user_exists`, `too_many_users`)."""
        row = to_row(user, "cameras") | {"password_hash": password_hash}
        del row["id"]
        with self._database.writing() as db:
            if _find(db, user.name):
                raise ConflictError(f"There is a user {user.name} already.", code="user_exists")
            if UserTable.select().count(db) >= MAX_USERS:
                raise ConflictError(f"There are {MAX_USERS} users already.", code="too_many_users")
            UserTable.insert(row).execute(db)
            return _USERS.read(_get(db, user.name))

    def is_empty(self) -> bool:
        with self._database.reading() as db:
            return not UserTable.select().exists(db)

    def list(self) -> tuple[User, ...]:
        """By name."""
        with self._database.reading() as db:
            rows = read_rows(db, UserTable.select().order_by(UserTable.name))
        return tuple(_USERS.read(row) for row in rows)

    def get(self, name: str) -> User:
        """Raise NotFoundError."""
        with self._database.reading() as db:
            return _USERS.read(_get(db, name))

    def password_of(self, name: str) -> tuple[User, str] | None:
        """A user with their password's hash; None where there is no such user."""
        with self._database.reading() as db:
            row = _find(db, name)
        return (_USERS.read(row), str(row["password_hash"])) if row else None

    def set_password(self, name: str, password_hash: str, *, keep_session: bytes = b"") -> None:
        """Replace a password and end the user's sessions, but for one, with their devices.

        Raises NotFoundError.
        """
        with self._database.writing() as db:
            user_id = _get(db, name)["id"]
            UserTable.update(password_hash=password_hash).where(UserTable.id == user_id).execute(db)
            ended = (SessionTable.user_id == user_id) & (SessionTable.digest != keep_session)
            of_others = SubscriptionTable.session.is_null() | (SubscriptionTable.session != keep_session)
            devices = (SubscriptionTable.user_id == user_id) & of_others
            SubscriptionTable.delete().where(devices).execute(db)
            SessionTable.delete().where(ended).execute(db)

    def set_rights(self, name: str, role: Role, cameras: Collection[str] | None) -> User:
        """Hold from the next request on. Raises NotFoundError, or ConflictError (`last_admin`)."""
        with self._database.writing() as db:
            user = _USERS.read(_get(db, name))
            if role is not Role.ADMIN:
                _keep_an_admin(db, user)
            changed = User(user.id, user.name, role, _tuple(cameras), user.created_at)
            UserTable.update(to_row(changed, "cameras")).where(UserTable.id == user.id).execute(db)
        return changed

    def delete(self, name: str) -> None:
        """Forget a user with their sessions and keys. Raises as `set_rights` does."""
        with self._database.writing() as db:
            user = _USERS.read(_get(db, name))
            _keep_an_admin(db, user)
            UserTable.delete().where(UserTable.id == user.id).execute(db)


def _tuple(cameras: Collection[str] | None) -> tuple[str, ...] | None:
    return None if cameras is None else tuple(cameras)


def _keep_an_admin(db: SqliteDatabase, user: User) -> None:
    others = (UserTable.role == Role.ADMIN.value) & (UserTable.id != user.id)
    if user.role is Role.ADMIN and not UserTable.select().where(others).exists(db):
        raise ConflictError(f"{user.name} is the only admin.", code="last_admin")


def _find(db: SqliteDatabase, name: str) -> Row | None:
    return read_row(db, UserTable.select().where(UserTable.name == name))  # the column is NOCASE


def _get(db: SqliteDatabase, name: str) -> Row:
    row = _find(db, name)
    if row is None:
        raise NotFoundError(f"There is no user {name[:80]}.", code="unknown_user")
    return row
