"""SQL written once gives what peewee would, each time with other values."""

import pytest
from peewee import SqliteDatabase

from frigate_ext.store.statement import Statement, insert, update
from frigate_ext.store.tables import PictureTable

MIDDLE = Statement(
    lambda look_id, least, most: (
        PictureTable.select(PictureTable.n, PictureTable.jpeg)
        .where(
            (PictureTable.look_id == look_id) & PictureTable.n.between(least, most) & (PictureTable.n != 3)
        )
        .order_by(PictureTable.n)
    ),
    look_id=int,
    least=int,
    most=float,
)
OF_JOB = Statement(lambda job_id: PictureTable.delete().where(PictureTable.recent_of == job_id), job_id=str)


@pytest.fixture
def db():
    """Two jobs with four pictures each, of looks 1 and 2."""
    database = SqliteDatabase(":memory:")
    with database.connection_context():
        with database.bind_ctx([PictureTable]):
            database.create_tables([PictureTable])
        for look_id, job_id in ((1, "a"), (2, "<0>")):
            for n in range(4):
                row = {"recent_of": job_id, "look_id": look_id, "n": n, "jpeg": b"%d" % n}
                assert insert(database, PictureTable, row) == 4 * (look_id - 1) + n + 1
        yield database


def test_a_select_is_given_its_values_anew_each_time_and_keeps_its_constants(db):
    assert MIDDLE.rows(db, look_id=1, least=1, most=3.0) == [{"n": 1, "jpeg": b"1"}, {"n": 2, "jpeg": b"2"}]
    assert MIDDLE.rows(db, look_id=2, least=0, most=0.5) == [{"n": 0, "jpeg": b"0"}]


def test_a_change_says_how_many_rows_it_has_changed(db):
    assert OF_JOB.run(db, job_id="<0>").rowcount == 4
    assert OF_JOB.run(db, job_id="nobody").rowcount == 0


def test_a_row_is_updated_by_its_key_where_there_is_one(db):
    assert update(db, PictureTable, {"id": 3, "recent_of": None, "n": 9}, "id")
    assert MIDDLE.rows(db, look_id=1, least=9, most=9.0) == [{"n": 9, "jpeg": b"2"}]
    assert OF_JOB.run(db, job_id="a").rowcount == 3
    assert not update(db, PictureTable, {"id": 99, "n": 1}, "id")
