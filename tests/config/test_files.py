"""When a file counts as changed and written."""

import os

from config.files import Files, Stillness


def test_a_change_counts_once_it_has_stood_still():
    stillness = Stillness()
    assert not stillness.step(0.0, (b"old",))
    assert stillness.step(1.5, (b"old",))  # whatever there is at first is new
    assert not stillness.step(9.0, (b"half",))
    assert not stillness.step(10.0, (b"new",))
    assert not stillness.step(11.0, (b"new",))
    assert stillness.step(11.5, (b"new",))
    assert not stillness.step(12.0, (b"new",))


def test_what_is_changed_back_while_it_is_written_is_no_change():
    stillness = Stillness()
    stillness.known((b"old",))
    assert not any(
        stillness.step(now, (content,)) for now, content in [(0.0, b""), (1.0, b"old"), (9.0, b"old")]
    )


def test_a_file_that_is_missing_or_empty_is_given_more_time():
    stillness = Stillness()
    stillness.known((b"old", b"other"))
    assert not stillness.step(0.0, (b"", b"other"))
    assert not stillness.step(4.9, (b"", b"other"))
    assert stillness.step(5.0, (b"", b"other"))


def test_a_fingerprint_tells_contents_and_nothing_else(tmp_path):
    path = tmp_path / "a.yml"
    files = Files([path], {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert files.fingerprint() == (b"",)
    path.write_text(" \n")
    assert files.fingerprint() == (b"",)
    path.write_text("a: 1")
    first = files.fingerprint()
    os.utime(path, (1.0, 1.0))
    (tmp_path / "other").write_text("a: 1")
    (tmp_path / "other").replace(path)
    assert files.fingerprint() == first
    path.write_text("a: 2")
    assert files.fingerprint() != first


def test_secret_files_are_watched_too(tmp_path):
    files = Files([], {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    before = files.fingerprint()
    (tmp_path / "FRIGATE_PASSWORD").write_text("one")
    one = files.fingerprint()
    (tmp_path / "FRIGATE_PASSWORD").write_text("two")
    assert len({before, one, files.fingerprint()}) == 3
