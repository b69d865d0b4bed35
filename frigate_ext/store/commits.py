"""Changes that several threads make over one connection, and that share a commit where they come together.

A commit waits for the disk, and everybody else for the commit. So whoever is not the last in line leaves it
to those behind, who add their changes to the same transaction. Each change stands or falls alone, and none is
reported done before it is on disk.

Method: group commit, D. DeWitt et al., "Implementation Techniques for Main Memory Database Systems" (1984).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from peewee import SqliteDatabase

_Commit = Future[None]


class Commits:
    """Thread-safe; nobody else may use the connection."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._commit: _Commit | None = None
        """To come, for all who have had a turn since the last one; guarded by `_turn`."""

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return self._waiting

    @contextmanager
    def change(self) -> Iterator[SqliteDatabase]:
        """What the block does is on disk when it ends; nothing of it where that, or the block, raises."""
        with self._in_line():
            commit = self._joined()
            try:
                with self._set_apart():
                    yield self._db
            except BaseException as error:
                self._end(commit, error)
                raise
            self._end(commit)
        commit.result()

    def close(self) -> None:
        """Wait for the changes under way and close the connection; idempotent."""
        with self._in_line():
            if self._commit is not None:
                self._carry_out(self._commit)
            self._db.close()

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        self._count(1)
        try:
            self._turn.acquire()
        finally:
            self._count(-1)
        try:
            yield
        finally:
            self._turn.release()

    def _count(self, more: int) -> None:
        with self._counting:
            self._waiting += more

    def _joined(self) -> _Commit:
        if self._commit is None:
            self._run("BEGIN IMMEDIATE")
            self._commit = Future()
        return self._commit

    @contextmanager
    def _set_apart(self) -> Iterator[None]:
        """What the block does is undone where it raises, and nothing else is."""
        self._run("SAVEPOINT change")
        try:
            yield
        except BaseException:
            if self._is_open:
                self._run("ROLLBACK TO change")
            raise
        self._run("RELEASE change")

    def _end(self, commit: _Commit, failed: BaseException | None = None) -> None:
        """Leave the commit to those behind, if there are any."""
        if failed is not None and not self._is_open:
            self._commit = None
            commit.set_exception(failed)
        elif not self._waiting:
            self._carry_out(commit)

    def _carry_out(self, commit: _Commit) -> None:
        self._commit = None
        try:
            self._run("COMMIT")
        except Exception as error:  # noqa: BLE001 - those who share it raise it
            commit.set_exception(error)
            if self._is_open:
                self._run("ROLLBACK")
        else:
            commit.set_result(None)

    @property
    def _is_open(self) -> bool:
        """Whether there is a transaction still: on a full disk SQLite ends it by itself."""
        return bool(self._db.connection().in_transaction)  # type: ignore[no-untyped-call]  # peewee has no types

    def _run(self, sql: str) -> None:
        self._db.execute_sql(sql)  # type: ignore[no-untyped-call]  # as above
