"""Queries whose SQL is written once: peewee takes longer to write a look's than SQLite to carry it out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from peewee import Model, SqliteDatabase

from frigate_ext.store.rows import Row

_UNLIKELY = 1 << 40
"""No number in a query of ours comes near it."""


class Statement:
    """A query with named values, which are given anew each time it is run."""

    def __init__(self, query: Callable[..., Any], **kinds: type[str | int | float]) -> None:
        """`query` makes it of values by name; `kinds` are the types of these. No value may be None."""
        samples = {name: _sample(kind, number) for number, (name, kind) in enumerate(kinds.items())}
        self._sql, values = query(**samples).sql()
        names = {sample: name for name, sample in samples.items()}
        self._values = tuple((names.get(value), value) for value in values)

    def run(self, db: SqliteDatabase, **values: str | float) -> Any:
        """The cursor."""
        return _execute(db, self._sql, [values[name] if name else value for name, value in self._values])

    def rows(self, db: SqliteDatabase, **values: str | float) -> list[Row]:
        """Run a select. Values are as SQLite has them: a boolean is 0 or 1."""
        cursor = self.run(db, **values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


def insert(db: SqliteDatabase, table: type[Model], row: Row) -> int:
    """Part of a transaction; returns the new row's number."""
    return int(_execute(db, _insert(table, tuple(row)), list(row.values())).lastrowid)


def update(db: SqliteDatabase, table: type[Model], row: Row, key: str) -> bool:
    """Part of a transaction: bring the row with the same `key` up to date; False where there is none."""
    return bool(_execute(db, _update(table, tuple(row), key), [*row.values(), row[key]]).rowcount)


def _execute(db: SqliteDatabase, sql: str, values: list[Any]) -> Any:
    return db.execute_sql(sql, values)  # type: ignore[no-untyped-call]  # peewee has no types


def _sample(kind: type[str | int | float], number: int) -> str | float:
    return f"<{number}>" if kind is str else kind(_UNLIKELY + number)


@cache
def _insert(table: type[Model], columns: tuple[str, ...]) -> str:
    names, values = ", ".join(map(_quoted, columns)), ", ".join("?" * len(columns))
    return f"INSERT INTO {_name(table)} ({names}) VALUES ({values})"  # noqa: S608 - names of our own


@cache
def _update(table: type[Model], columns: tuple[str, ...], key: str) -> str:
    changes = ", ".join(f"{_quoted(column)} = ?" for column in columns)
    return f"UPDATE {_name(table)} SET {changes} WHERE {_quoted(key)} = ?"  # noqa: S608 - as above


def _name(table: type[Model]) -> str:
    return _quoted(table._meta.table_name)  # noqa: SLF001 - peewee's documented way to it


def _quoted(name: str) -> str:
    return f'"{name}"'
