"""Opening a data folder: ours, somebody else's, an older version's, a newer one's."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from frigate_ext.errors import ForeignDatabaseError, StoreError
from frigate_ext.runtime.health import PartState
from frigate_ext.store import Store, tables
from frigate_ext.store.identity import APPLICATION_ID
from frigate_ext.store.migrations import MIGRATIONS


def pragma(path, name):
    with closing(sqlite3.connect(path)) as db:
        return db.execute(f"PRAGMA {name}").fetchone()[0]


def schema(path):
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
        return {name: " ".join(sql.split()) for name, sql in rows}


def make_database(path, *statements):
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()
    return path.read_bytes()


def test_a_new_folder_is_made_and_its_database_marked_as_ours(tmp_path):
    Store.open(tmp_path / "a" / "b").close()

    path = tmp_path / "a" / "b" / "frigate_ext.db"
    assert pragma(path, "application_id") == APPLICATION_ID
    assert pragma(path, "user_version") == len(MIGRATIONS)
    assert pragma(path, "journal_mode") == "wal"


def test_a_closed_store_leaves_only_its_database_behind(tmp_path):
    Store.open(tmp_path).close()

    assert [path.name for path in tmp_path.iterdir()] == ["frigate_ext.db"]


def test_a_store_opens_again_after_being_closed(tmp_path, make_job):
    first = Store.open(tmp_path)
    first.jobs.add(make_job())
    first.close()

    second = Store.open(tmp_path)
    assert second.jobs.get("job-1") == make_job()
    second.close()


@pytest.mark.parametrize("name", ["frigate_ext.db", "frigate.db"])
def test_a_foreign_database_is_refused_and_left_as_it_was(tmp_path, name):
    before = make_database(tmp_path / name, "CREATE TABLE event (id TEXT)", "INSERT INTO event VALUES ('x')")

    with pytest.raises(ForeignDatabaseError, match=name):
        Store.open(tmp_path)

    assert (tmp_path / name).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_database_marked_by_another_application_is_refused_even_when_empty(tmp_path):
    make_database(tmp_path / "frigate_ext.db", "PRAGMA application_id = 1234")

    with pytest.raises(ForeignDatabaseError):
        Store.open(tmp_path)


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\x00" + b"\xff" * 2000])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(tmp_path, content):
    (tmp_path / "frigate_ext.db").write_bytes(content)

    with pytest.raises(ForeignDatabaseError):
        Store.open(tmp_path)

    assert (tmp_path / "frigate_ext.db").read_bytes() == content


def test_files_of_others_that_are_no_databases_are_none_of_our_business(tmp_path):
    (tmp_path / "mosquitto.db").write_bytes(b"\x00\xb5\x00mosquitto db")

    Store.open(tmp_path).close()


def test_an_empty_file_becomes_our_database(tmp_path):
    (tmp_path / "frigate_ext.db").touch()

    Store.open(tmp_path).close()

    assert pragma(tmp_path / "frigate_ext.db", "application_id") == APPLICATION_ID


def test_a_database_of_a_newer_version_is_left_alone_and_says_so(tmp_path):
    Store.open(tmp_path).close()
    make_database(tmp_path / "frigate_ext.db", "PRAGMA user_version = 99")

    with pytest.raises(StoreError, match="newer frigate_ext"):
        Store.open(tmp_path)

    assert pragma(tmp_path / "frigate_ext.db", "user_version") == 99


def test_a_folder_that_is_a_file_is_an_error_that_names_it(tmp_path):
    (tmp_path / "data").touch()

    with pytest.raises(StoreError, match="data"):
        Store.open(tmp_path / "data")


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_every_older_schema_becomes_the_present_one(tmp_path, request, version):
    golden = (request.path.parent / "golden" / f"v{version}.sql").read_text()
    with closing(sqlite3.connect(tmp_path / "frigate_ext.db")) as db:
        db.executescript(golden)
    fresh = tmp_path / "fresh"
    Store.open(fresh).close()

    store = Store.open(tmp_path)
    job = store.jobs.get("job-1")
    alerts = store.alerts.list().items
    pending = store.deliveries.pending()
    store.close()

    assert schema(tmp_path / "frigate_ext.db") == schema(fresh / "frigate_ext.db")
    assert job.watch.name == "parcels"
    assert [alert.id for alert in alerts] == ["alert-1"]
    assert pending == 1


def test_the_models_have_the_columns_of_the_schema(tmp_path):
    Store.open(tmp_path).close()
    models = [value for name, value in vars(tables).items() if name.endswith("Table") and name != "_Table"]
    assert len(models) == 17

    with closing(sqlite3.connect(tmp_path / "frigate_ext.db")) as db:
        for model in models:
            name = model._meta.table_name
            columns = db.execute(
                f"SELECT name, \"notnull\" OR pk FROM pragma_table_info('{name}')"
            ).fetchall()
            assert {column: bool(needed) for column, needed in columns} == {
                field.column_name: not field.null for field in model._meta.sorted_fields
            }


def test_pictures_without_an_alert_are_removed_at_the_next_start(tmp_path, make_job, make_alert):
    store = Store.open(tmp_path)
    store.jobs.add(make_job())
    store.alerts.commit(make_alert(evidence=1), (b"kept",), make_job(), None, ())
    store.close()
    shutil.copytree(tmp_path / "evidence" / "alert-1", tmp_path / "evidence" / "alert-2")

    store = Store.open(tmp_path)
    assert store.alerts.evidence("alert-2", 0) is None
    assert store.alerts.evidence("alert-1", 0) == b"kept"
    store.close()


def test_health_tells_of_a_disk_that_is_full_and_of_its_end(tmp_path, make_job):
    store = Store.open(tmp_path)
    with store._database.writing() as db:
        pages = db.pragma("page_count")
        db.pragma("max_page_count", pages)
    with pytest.raises(StoreError, match="full"):
        store.jobs.add(make_job(1, error="x" * 100_000))
    assert store.health().state is PartState.FAILED
    assert store.jobs.list().items is not None
    assert store.health().state is PartState.FAILED

    with store._database.writing() as db:
        db.pragma("max_page_count", 100_000)
    store.jobs.add(make_job("after"))
    assert store.health().state is PartState.OK
    store.close()
