"""One SQLite file, shared by every thread of the process."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from peewee import PeeweeException, SqliteDatabase

from frigate_ext.errors import StoreError
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.store.commits import Commits
from frigate_ext.store.migrations import migrate

BUSY_SECONDS = 5
"""How long to wait for another process (a backup, a person's `sqlite3`) that holds the file."""

_PRAGMAS: dict[str, str | int] = {"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1}


class Database:
    """A writing and a reading connection, so that readers never wait for a writer's fsync.

    Connections are not bound to threads, so no thread leaves one behind and `close` closes everything.
    """

    def __init__(self, path: Path) -> None:
        self._read_lock = threading.Lock()
        self._trouble: dict[str, str] = {}
        with contextlib.ExitStack() as opened, self._translated("opening"):
            writer = _connect(path, _PRAGMAS)
            opened.callback(writer.close)
            migrate(writer)
            self._commits = Commits(writer)
            self._reader = _connect(path, {**_PRAGMAS, "query_only": 1})
            opened.pop_all()

    @contextlib.contextmanager
    def writing(self) -> Iterator[SqliteDatabase]:
        """On disk when the block ends, or else a StoreError and nothing written."""
        with self._translated("writing"), self._commits.change() as db:
            yield db

    @contextlib.contextmanager
    def reading(self) -> Iterator[SqliteDatabase]:
        """Everything read in the block is of one moment."""
        with self._translated("reading"), self._read_lock, self._reader.atomic():
            yield self._reader

    def size(self) -> int:
        """Bytes of the pages in use."""
        with self.reading() as db:
            pages = int(db.pragma("page_count")) - int(db.pragma("freelist_count"))
            return pages * int(db.pragma("page_size"))

    def health(self) -> PartHealth:
        """How the last write and the last read went."""
        trouble = "; ".join(self._trouble.values())
        return PartHealth(PartState.FAILED if trouble else PartState.OK, trouble)

    def close(self) -> None:
        """Wait for the transactions under way, then close; idempotent. Any use after this is a StoreError."""
        with self._translated("closing"), self._read_lock:
            self._reader.close()
            self._commits.close()

    @contextlib.contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except (PeeweeException, sqlite3.Error) as error:
            self._trouble[doing] = message = f"{doing} the database: {_first_cause(error)}"
            raise StoreError(message) from error
        self._trouble.pop(doing, None)


def _first_cause(error: BaseException) -> BaseException:
    """What went wrong first: on a full disk SQLite rolls back by itself, and peewee's ROLLBACK fails."""
    while isinstance(error.__context__, (PeeweeException, sqlite3.Error)):
        error = error.__context__
    return error


def _connect(path: Path, pragmas: dict[str, str | int]) -> SqliteDatabase:
    db = SqliteDatabase(
        str(path),
        pragmas=pragmas,
        timeout=BUSY_SECONDS,
        thread_safe=False,
        autoconnect=False,
        check_same_thread=False,
    )
    db.connect()
    return db
