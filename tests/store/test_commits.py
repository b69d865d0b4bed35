"""Group commit: who comes together shares a commit, and nothing else."""

import sqlite3
import threading
import time
from contextlib import closing, contextmanager

import peewee
import pytest

from frigate_ext.store.commits import Commits

_WAIT = 10.0


class Notebook:
    """Notes that must differ, and links to notes, which are checked at the commit."""

    def __init__(self, path):
        self._path = path
        self.db = peewee.SqliteDatabase(str(path), thread_safe=False, check_same_thread=False)
        self.db.connect()
        self.db.execute_sql("PRAGMA foreign_keys = 1")
        self.db.execute_sql("CREATE TABLE note (text TEXT PRIMARY KEY)")
        self.db.execute_sql(
            "CREATE TABLE link (text TEXT REFERENCES note (text) DEFERRABLE INITIALLY DEFERRED)"
        )
        self.changes = Commits(self.db)
        self.commits = 0
        self.db.connection().set_trace_callback(self._hear)

    def _hear(self, sql):
        self.commits += sql == "COMMIT"

    def note(self, text):
        with self.changes.change() as db:
            db.execute_sql("INSERT INTO note VALUES (?)", [text])

    def link(self, text):
        with self.changes.change() as db:
            db.execute_sql("INSERT INTO link VALUES (?)", [text])

    def end_the_transaction(self, _):
        """As SQLite does by itself on a full disk."""
        with self.changes.change() as db:
            db.execute_sql("ROLLBACK")
            raise peewee.OperationalError("database or disk is full")

    def close(self, _):
        self.changes.close()

    def on_disk(self):
        """As another connection sees it."""
        with closing(sqlite3.connect(self._path)) as other:
            return {text for (text,) in other.execute("SELECT text FROM note")}


class Crowd:
    """Threads that change things; what they saw on disk right after, or else the error, by text."""

    def __init__(self, notebook):
        self._notebook = notebook
        self._threads = []
        self.saw = {}
        self.errors = {}

    @contextmanager
    def behind(self, *texts, doing=Notebook.note):
        """The block holds the turn, with all of them in line; when it has ended, all are through."""
        with closing(self), self._notebook.changes.change() as db:
            for text in texts:
                self._put_in_line(text, doing)
            yield db

    def close(self):
        for thread in self._threads:
            thread.join(_WAIT)
            assert not thread.is_alive()

    def _put_in_line(self, text, doing):
        thread = threading.Thread(target=self._run, args=(text, doing), daemon=True)
        before, deadline = self._notebook.changes.waiting, time.monotonic() + _WAIT
        self._threads.append(thread)
        thread.start()
        while self._notebook.changes.waiting == before:
            assert time.monotonic() < deadline
            thread.join(0.001)

    def _run(self, text, doing):
        try:
            doing(self._notebook, text)
        except peewee.PeeweeException as error:
            self.errors[text] = error
        else:
            self.saw[text] = self._notebook.on_disk()


@pytest.fixture
def notebook(tmp_path):
    book = Notebook(tmp_path / "notes.db")
    yield book
    book.changes.close()


@pytest.fixture
def crowd(notebook):
    return Crowd(notebook)


def test_who_comes_alone_has_a_commit_alone(notebook):
    notebook.note("one")
    assert notebook.on_disk() == {"one"}
    notebook.note("two")

    assert notebook.commits == 2


def test_who_comes_together_shares_a_commit(notebook, crowd):
    with crowd.behind("b", "c", "d") as db:
        db.execute_sql("INSERT INTO note VALUES ('a')")

    assert notebook.on_disk() == {"a", "b", "c", "d"}
    assert notebook.commits == 1


def test_a_change_is_on_disk_when_its_writer_goes_on(crowd):
    with crowd.behind("b", "c", "d"):
        pass

    assert all(text in saw for text, saw in crowd.saw.items())
    assert set(crowd.saw) == {"b", "c", "d"}


def test_a_change_that_fails_takes_no_other_with_it(notebook, crowd):
    notebook.note("twice")
    with crowd.behind("b", "twice", "c"):
        pass

    assert set(crowd.errors) == {"twice"}
    assert notebook.on_disk() == {"twice", "b", "c"}


def test_a_block_that_raises_leaves_nothing_behind(notebook):
    with pytest.raises(AttributeError), notebook.changes.change() as db:
        db.execute_sql("INSERT INTO note VALUES ('a')").no_such_thing()

    notebook.note("b")
    assert notebook.on_disk() == {"b"}


def test_all_who_share_a_commit_that_fails_are_told(notebook, crowd):
    with pytest.raises(peewee.IntegrityError), crowd.behind("nowhere", doing=Notebook.link) as db:
        db.execute_sql("INSERT INTO note VALUES ('a')")

    assert "nowhere" in crowd.errors
    assert notebook.on_disk() == set()
    notebook.note("b")
    assert notebook.on_disk() == {"b"}


def test_nothing_is_lost_in_silence_where_the_transaction_ends_by_itself(notebook, crowd):
    with (
        pytest.raises(peewee.OperationalError, match="full"),
        crowd.behind("full", doing=Notebook.end_the_transaction) as db,
    ):
        db.execute_sql("INSERT INTO note VALUES ('a')")

    notebook.note("b")
    assert notebook.on_disk() == {"b"}


def test_closing_waits_for_changes_that_have_had_their_turn(notebook, crowd):
    with crowd.behind("the end", doing=Notebook.close) as db:
        db.execute_sql("INSERT INTO note VALUES ('a')")

    assert notebook.on_disk() == {"a"}
