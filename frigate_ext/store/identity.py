"""Whose database a file is, found out without changing a byte of it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from frigate_ext.errors import ForeignDatabaseError, StoreError

DATABASE_NAME = "frigate_ext.db"
APPLICATION_ID = int.from_bytes(b"FxEx", "big")
"""SQLite's own mark of the application a file belongs to (`PRAGMA application_id`)."""

_MAGIC = b"SQLite format 3\x00"
_SUFFIXES = frozenset({".db", ".sqlite", ".sqlite3"})


def refuse_foreign(data_dir: Path) -> None:
    """Raise ForeignDatabaseError when `data_dir` holds somebody else's database, under our name or another.

    The folder is ours alone: a `frigate.db` in it means that Frigate's folder was named by mistake.
    """
    for path in _databases(data_dir):
        with _foreign_on_nonsense(path):
            if not _is_ours(path):
                raise ForeignDatabaseError(
                    f"{path} belongs to another application: frigate_ext needs a data folder of its own "
                    "(frigate_ext.data_dir)"
                )


def _databases(data_dir: Path) -> list[Path]:
    own = data_dir / DATABASE_NAME
    others = (path for path in data_dir.iterdir() if path.suffix in _SUFFIXES and path != own)
    return [path for path in (own, *sorted(others)) if path.is_file() and (path == own or _is_sqlite(path))]


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _is_ours(path: Path) -> bool:
    if path.stat().st_size == 0:
        return True
    if not _is_sqlite(path):
        return False
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(application == APPLICATION_ID or (application == 0 and tables == 0))


@contextlib.contextmanager
def _foreign_on_nonsense(path: Path) -> Iterator[None]:
    """What SQLite can't make sense of (encrypted, damaged) is not ours; what it can't open is an error."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path} can't be read: {error}") from error
    except sqlite3.DatabaseError as error:
        raise ForeignDatabaseError(f"{path} is not a database of ours: {error}") from error
