"""Lists in pages, newest first: keyset paging by row number, stable while rows are added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from peewee import SqliteDatabase

from frigate_ext.errors import InvalidRequestError
from frigate_ext.store.rows import Row, read_rows

T = TypeVar("T")
MAX_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` asks for the page after this one; None on the last."""

    items: tuple[T, ...]
    next: str | None


def read_page(
    db: SqliteDatabase, query: Any, key: Any, limit: int, before: str | None
) -> tuple[list[Row], str | None]:
    """Rows of a query below the cursor `before`, newest first, and the cursor of the next page.

    `key` is the column that numbers the rows; `limit` is held within 1..1000.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    if before is not None:
        query = query.where(key < _number(before))
    rows = read_rows(db, query.order_by(key.desc()).limit(limit + 1))
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], str(rows[limit - 1][key.name])


def _number(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 18):  # noqa: PLR2004 - fits 64 bits
        raise InvalidRequestError(f"{cursor[:40]!r} is not a cursor of ours", code="bad_cursor")
    return int(cursor)
