"""Versions are kept within bounds, and nobody else can read them."""

import pytest

from config.editing.versions import Versions
from frigate_ext.errors import NotFoundError, StoreError


def keep(versions, text, time=1.0, file="a.yml"):
    versions.keep(file, text, time=time, who="Anna", why="edited")


def texts(versions, file="a.yml"):
    return [version.text for version in versions.of(file)]


def test_they_come_newest_first_and_by_file(tmp_path):
    versions = Versions(tmp_path / "v")
    for text in ("one", "two", "two", "three"):
        keep(versions, text)
    keep(versions, "other", file="b.yml")
    assert texts(versions) == ["three", "two", "one"]
    newest = versions.of("a.yml")[0]
    assert versions.get(newest.id) == newest
    assert (newest.who, newest.time) == ("Anna", 1.0)


def test_a_clock_that_goes_back_does_not_change_their_order(tmp_path):
    versions = Versions(tmp_path)
    keep(versions, "one", time=100.0)
    keep(versions, "two", time=50.0)
    assert texts(versions) == ["two", "one"]


def test_the_oldest_go_when_there_are_too_many(tmp_path):
    versions = Versions(tmp_path, limit=2)
    for text in ("one", "two", "three"):
        keep(versions, text)
    assert texts(versions) == ["three", "two"]


def test_the_oldest_go_when_they_are_too_large_but_never_the_newest(tmp_path):
    versions = Versions(tmp_path, max_bytes=500)
    keep(versions, "one")
    keep(versions, "x" * 1000)
    assert texts(versions) == ["x" * 1000]


def test_only_their_owner_reads_them(tmp_path):
    keep(Versions(tmp_path / "v"), "one")
    (file,) = (tmp_path / "v").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_one_that_is_damaged_or_unknown_is_none(tmp_path):
    versions = Versions(tmp_path)
    (tmp_path / "5.json").write_text("{")
    (tmp_path / "notes.json").write_text("{}")
    assert texts(versions) == []
    for number in (5, 6):
        with pytest.raises(NotFoundError):
            versions.get(number)
    keep(versions, "one", time=0.0)
    assert texts(versions) == ["one"]


def test_where_nothing_can_be_kept_it_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        keep(Versions(tmp_path / "file"), "one")
