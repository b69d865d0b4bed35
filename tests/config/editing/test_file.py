"""Files are replaced as a whole, as whose they were, whatever happens on the way."""

import errno
import os
from pathlib import Path

import pytest

from config.editing import file as files
from frigate_ext.errors import ConflictError


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "config.yml"
    file.write_text("mqtt: {password: s3cret}\n")
    return file


def refuse(monkeypatch, number: int) -> None:
    def replace(self, target):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", replace)


def test_the_content_is_replaced_and_permissions_are_kept(path):
    path.chmod(0o640)
    inode = path.stat().st_ino
    files.write(path, "a: 1\n")
    assert path.read_text() == "a: 1\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.stat().st_ino != inode
    assert list(path.parent.iterdir()) == [path]


def test_a_link_stays_a_link(path, tmp_path):
    link = tmp_path / "link.yml"
    link.symlink_to(path)
    files.write(link, "a: 1\n")
    assert link.is_symlink()
    assert path.read_text() == "a: 1\n"


def test_a_file_that_is_mounted_by_itself_is_written_in_place(path, monkeypatch):
    refuse(monkeypatch, errno.EBUSY)
    inode = path.stat().st_ino
    files.write(path, "a: 1\n")
    assert (path.read_text(), path.stat().st_ino) == ("a: 1\n", inode)
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_is_said_and_leaves_the_file_as_it_was(path, monkeypatch):
    refuse(monkeypatch, errno.ENOSPC)
    with pytest.raises(ConflictError, match="No space left") as refused:
        files.write(path, "a: 1\n")
    assert refused.value.code == "file_read_only"
    assert path.read_text() == "mqtt: {password: s3cret}\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_disk_that_fills_up_while_writing_in_place_leaves_the_file_as_it_was(path, monkeypatch):
    refuse(monkeypatch, errno.EBUSY)
    failing = iter([OSError(errno.ENOSPC, "No space left on device")])
    sync = os.fsync

    def fsync(handle):
        if Path(f"/proc/self/fd/{handle}").resolve() == path and (error := next(failing, None)):
            raise error
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(ConflictError, match="No space left"):
        files.write(path, "a: 1\n")
    assert path.read_text() == "mqtt: {password: s3cret}\n"


def test_a_mark_at_the_beginning_is_kept(path):
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert files.read(path).text == "a: 1\n"
    files.write(path, "a: 2\n")
    assert path.read_bytes() == b"\xef\xbb\xbfa: 2\n"


def test_the_etag_changes_with_the_file_and_not_by_itself(path):
    first = files.read(path).etag
    assert files.read(path).etag == first
    path.write_text("mqtt: {password: other}\n")
    os.utime(path, ns=(1, 1))
    assert files.read(path).etag != first


def test_a_file_that_is_no_yaml_is_not_shown(path):
    path.write_text("mqtt: {password: s3cret\n")
    assert files.read(path).concealed is None


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cant_be_read_is_said(path, content):
    path.unlink()
    if content:
        path.write_bytes(content)
    with pytest.raises(ConflictError) as refused:
        files.read(path)
    assert refused.value.code == "file_unreadable"
