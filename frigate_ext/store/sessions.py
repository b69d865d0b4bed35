"""Who is signed in: sessions by the digest of their token, so that the file opens nothing."""

from __future__ import annotations

from frigate_ext.domain.account import User
from frigate_ext.store.database import Database
from frigate_ext.store.rows import Reader, read_row
from frigate_ext.store.tables import SessionTable, SubscriptionTable, UserTable

MAX_SESSIONS = 50
"""Of one user; the one that ends first makes room."""
_USERS = Reader(User, "cameras")


class Sessions:
    """Times are epoch seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, digest: bytes, user_id: int, *, now: float, expires_at: float) -> None:
        """Add a session, and forget those that are over. StoreError where the user is gone by now."""
        of_user = SessionTable.user_id == user_id
        last = (
            SessionTable.select(SessionTable.digest).where(of_user).order_by(SessionTable.expires_at.desc())
        )
        surplus = last.offset(MAX_SESSIONS - 1)
        with self._database.writing() as db:
            over = (SessionTable.expires_at <= now) | SessionTable.digest.in_(surplus)
            SessionTable.delete().where(over).execute(db)
            SessionTable.insert(digest=digest, user_id=user_id, expires_at=expires_at).execute(db)

    def find(self, digest: bytes, now: float) -> tuple[User, float] | None:
        """Whose session it is, and when it ends; None when it is over or never was."""
        alive = (SessionTable.digest == digest) & (SessionTable.expires_at > now)
        query = UserTable.select(UserTable, SessionTable.expires_at).join(
            SessionTable, on=(SessionTable.user_id == UserTable.id)
        )
        with self._database.reading() as db:
            row = read_row(db, query.where(alive))
        return (_USERS.read(row), row["expires_at"]) if row else None

    def extend(self, digest: bytes, expires_at: float) -> None:
        with self._database.writing() as db:
            SessionTable.update(expires_at=expires_at).where(SessionTable.digest == digest).execute(db)

    def end(self, digest: bytes) -> None:
        """Its devices are told no more, either. Idempotent."""
        with self._database.writing() as db:
            SubscriptionTable.delete().where(SubscriptionTable.session == digest).execute(db)
            SessionTable.delete().where(SessionTable.digest == digest).execute(db)
