"""Long lists in pages, mostly newest first by time: fast at any length, whatever they are filtered by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import SqliteDatabase

from frigate_ext.errors import InvalidRequestError
from frigate_ext.store.paging import MAX_LIMIT
from frigate_ext.store.rows import Row

_CURSOR = re.compile(r"([0-9]{1,12}\.[0-9]{1,20}(?:e-[0-9]{1,3})?)_([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Span:
    """Between two times, both in epoch seconds and both left out; None is open."""

    after: float | None = None
    before: float | None = None

    def holds(self, time: Any) -> list[Any]:
        """Conditions on a column that holds times."""
        lower = [] if self.after is None else [time > self.after]
        return lower if self.before is None else [*lower, time < self.before]


EVER = Span()


class Mark(NamedTuple):
    """Where the page before has ended: the values of its last row that a list is ordered by."""

    time: float
    number: int


Branch = Callable[[Mark | None, int], list[Row]]
"""Reads the first rows of a list beyond a mark, so many at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """The columns that a list is ordered by: when (or a score), and a number where that is the same."""

    time: Any
    number: Any
    rising: bool = False
    """The oldest, or lowest, first."""

    def mark(self, cursor: str) -> Mark:
        """Raise InvalidRequestError for what is no cursor."""
        found = _CURSOR.fullmatch(cursor)
        if found is None:
            raise InvalidRequestError(f"{cursor[:40]!r} is not a cursor of ours", code="bad_cursor")
        return Mark(float(found[1]), int(found[2]))

    def beyond(self, mark: Mark) -> Any:
        """The condition that holds after the last row of the page before."""
        time, number = mark
        if self.rising:
            return (self.time >= time) & ((self.time > time) | (self.number > number))
        return (self.time <= time) & ((self.time < time) | (self.number < number))

    def order(self) -> tuple[Any, Any]:
        columns = self.time, self.number
        return tuple(one.asc() for one in columns) if self.rising else tuple(one.desc() for one in columns)

    def cursor(self, row: Row) -> str:
        return f"{float(row[self.time.name])!r}_{row[self.number.name]}"

    def position(self, row: Row) -> Mark:
        return Mark(row[self.time.name], row[self.number.name])


def read_timeline(
    line: Line, branches: Iterable[Branch], limit: int, cursor: str | None
) -> tuple[list[Row], str | None]:
    """The first rows of several selects, each row once, and the cursor of the page after.

    Each select asks for one value of each column it filters by, so that each is answered from an index that
    ends in the time; what they find is merged here.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    mark = None if cursor is None else line.mark(cursor)
    found: dict[Mark, Row] = {}
    for branch in branches:
        found |= {line.position(row): row for row in branch(mark, limit + 1)}
    rows = [found[position] for position in sorted(found, reverse=not line.rising)]
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], line.cursor(rows[limit - 1])


def selecting(db: SqliteDatabase, line: Line, query: Any) -> Branch:
    """The branch of a query that is written anew each time."""

    def read(mark: Mark | None, n: int) -> list[Row]:
        later = query if mark is None else query.where(line.beyond(mark))
        return _read(db, later.order_by(*line.order()).limit(n))

    return read


def _read(db: SqliteDatabase, query: Any) -> list[Row]:
    """As `read_rows`, in a third of its time, for tables without a column of booleans."""
    cursor = db.execute_sql(*query.bind(db).sql())  # type: ignore[no-untyped-call]  # not in peewee's stubs
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
