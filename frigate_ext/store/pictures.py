"""JPEG files that are whole and on disk before a row speaks of them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from frigate_ext.errors import StoreError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_PARTIAL = ".partial"


_FULL = "full.jpg"


class Evidence:
    """What the model saw, as `<root>/<alert id>/<n>.jpg`, and beside it the full picture of that moment."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, alert_id: str, pictures: tuple[bytes, ...]) -> None:
        """Write the pictures of an alert, durably, over those it had; a new one has none when that fails."""
        if not pictures:
            return
        folder = self._root / _checked(alert_id)
        is_new = not folder.is_dir()
        with _reported(folder):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            with _reported(folder):
                _sync(self._root)
                for n, jpeg in enumerate(pictures):
                    write_durably(folder / f"{n}.jpg", jpeg)
        except StoreError:
            if is_new:
                self.remove(alert_id)
            raise

    def has(self, alert_id: str) -> bool:
        """Whether what was judged is kept here."""
        return (self._root / _checked(alert_id) / "0.jpg").is_file()

    def read(self, alert_id: str, n: int) -> bytes | None:
        """Picture `n` of an alert; None when there is none, or when no alert could have that id."""
        if n < 0 or not _NAME.fullmatch(alert_id):
            return None
        return _read(self._root / alert_id / f"{n}.jpg")

    def keep_full(self, alert_id: str, jpeg: bytes) -> None:
        """Write the full picture of an alert, durably."""
        folder = self._root / _checked(alert_id)
        with _reported(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _sync(self._root)
            write_durably(folder / _FULL, jpeg)

    def read_full(self, alert_id: str) -> bytes | None:
        """As `read`, of the full picture."""
        return _read(self._root / alert_id / _FULL) if _NAME.fullmatch(alert_id) else None

    def size(self) -> int:
        """Bytes of all pictures."""
        return _size(self._root)

    def remove(self, alert_id: str) -> None:
        shutil.rmtree(self._root / _checked(alert_id), ignore_errors=True)

    def remove_all_but(self, alert_ids: Collection[str]) -> int:
        """Remove what a crash left behind: pictures whose alert was never committed, or was deleted."""
        orphans = [path for path in _listed(self._root) if path.name not in alert_ids]
        for path in orphans:
            shutil.rmtree(path, ignore_errors=True)
        return len(orphans)


class Snapshots:
    """The picture kept for an event, as `<root>/<event id>.jpg`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, event_id: str, jpeg: bytes) -> None:
        """Write or replace an event's snapshot."""
        path = self._root / f"{_checked(event_id)}.jpg"
        with _reported(path):
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_durably(path, jpeg)

    def read(self, event_id: str) -> bytes | None:
        return _read(self._root / f"{event_id}.jpg") if _NAME.fullmatch(event_id) else None

    def size(self) -> int:
        """Bytes of all pictures."""
        return _size(self._root)

    def remove(self, event_id: str) -> None:
        (self._root / f"{_checked(event_id)}.jpg").unlink(missing_ok=True)


def write_durably(path: Path, data: bytes) -> None:
    """Put `data` at `path`, whole or not at all, and on disk when this returns. Raises OSError."""
    partial = path.with_name(path.name + _PARTIAL)
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the folder's list of names durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes | None:
    with _reported(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


def _size(root: Path) -> int:
    """Bytes of the files below a folder; of those that go away meanwhile, nothing."""
    total = 0
    for folder, _, names in os.walk(root):
        for name in names:
            with suppress(FileNotFoundError):
                total += os.stat(os.path.join(folder, name)).st_size  # noqa: PTH116, PTH118 - called for each file
    return total


def _listed(root: Path) -> Iterator[Path]:
    return root.iterdir() if root.is_dir() else iter(())


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise StoreError(f"{name[:80]!r} can't name a picture")
    return name


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}") from error
