"""Records to rows and back: flat fields are columns of the same name, nested ones are JSON."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec
from peewee import SqliteDatabase

T = TypeVar("T")
Row = dict[str, Any]

_JSON = msgspec.json.Decoder()


def to_row(record: object, *nested: str) -> Row:
    """Columns of a dataclass; the fields named in `nested` as JSON (None stays None)."""
    row: Row = msgspec.to_builtins(record)
    for name in nested:
        if row[name] is not None:
            row[name] = msgspec.json.encode(row[name]).decode()
    return row


class Reader(Generic[T]):
    """Makes records of rows; to be made itself while modules are imported, which one thread does.

    msgspec 0.22 takes a type apart when it first meets it, and a thread that meets it in the same moment
    reads what is not there yet: the process crashes.
    """

    def __init__(self, record: type[T], *nested: str) -> None:
        """The fields named in `nested` are kept as JSON."""
        msgspec.json.Decoder(record)  # takes it apart
        self._record = record
        self._nested = nested

    def read(self, row: Row) -> T:
        """The record a row was made of; columns that are no fields of it are left out."""
        fields = dict(row)
        for name in self._nested:
            if fields[name] is not None:
                fields[name] = _JSON.decode(fields[name])
        return msgspec.convert(fields, self._record)  # noqa: TID251 - known since `__init__`


def read_rows(db: SqliteDatabase, query: Any) -> list[Row]:
    """Run a select of one of our tables on a connection."""
    return list(query.bind(db).dicts())


def read_row(db: SqliteDatabase, query: Any) -> Row | None:
    """The first row of a select, if it has one."""
    return next(iter(read_rows(db, query.limit(1))), None)
