"""Records to rows and back: flat fields are columns of the same name, nested ones are JSON."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from peewee import SqliteDatabase

T = TypeVar("T")
Row = dict[str, Any]


def to_row(record: object, *nested: str) -> Row:
    """Columns of a dataclass; the fields named in `nested` as JSON (None stays None)."""
    row: Row = msgspec.to_builtins(record)
    for name in nested:
        if row[name] is not None:
            row[name] = msgspec.json.encode(row[name]).decode()
    return row


def from_row(row: Row, record: type[T], *nested: str) -> T:
    """The record a row was made of; columns that are no fields of it are left out."""
    fields = dict(row)
    for name in nested:
        if fields[name] is not None:
            fields[name] = msgspec.json.decode(fields[name])
    return msgspec.convert(fields, record)


def read_rows(db: SqliteDatabase, query: Any) -> list[Row]:
    """Run a select of one of our tables on a connection."""
    return list(query.bind(db).dicts())


def read_row(db: SqliteDatabase, query: Any) -> Row | None:
    """The first row of a select, if it has one."""
    return next(iter(read_rows(db, query.limit(1))), None)
