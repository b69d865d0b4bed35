"""Earlier versions of the configuration's files, kept in the data folder; bounded in number and bytes."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from frigate_ext.errors import NotFoundError, StoreError

MAX_VERSIONS = 50
MAX_BYTES = 8 * 1024 * 1024
_SUFFIX = ".json"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What a file held; secrets are in the clear, so the folder is its owner's alone."""

    id: int
    """Milliseconds since the epoch, roughly: later versions have higher ones."""
    file: str
    time: float
    """Epoch seconds."""
    who: str
    """A user's name; empty for what was found on disk."""
    why: str
    text: str


_VERSIONS = msgspec.json.Decoder(Version)


class Versions:
    """One file for each, in a folder of their own. Whoever calls sees to it that nobody else writes."""

    def __init__(self, folder: Path, *, limit: int = MAX_VERSIONS, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._limit = limit
        self._max_bytes = max_bytes

    def keep(self, file: str, text: str, *, time: float, who: str, why: str) -> None:
        """Remember what the file holds, unless that is the newest there is. Raises StoreError."""
        known = self.of(file)
        if known and known[0].text == text:
            return
        number = max([int(time * 1000), *(one + 1 for one in self._ids()[:1])])
        version = Version(id=number, file=file, time=time, who=who, why=why, text=text)
        try:
            self._write(version)
            self._prune()
        except OSError as error:
            raise StoreError(f"can't keep a version of the configuration: {error.strerror}") from error

    def of(self, file: str) -> list[Version]:
        """Newest first; a version that can't be read is as good as none."""
        read = (self._read(number) for number in self._ids())
        return [version for version in read if version is not None and version.file == file]

    def get(self, number: int) -> Version:
        """Raise NotFoundError."""
        version = self._read(number)
        if version is None:
            raise NotFoundError(f"There is no version {number}.", code="unknown_version")
        return version

    def _ids(self) -> list[int]:
        """Newest first."""
        names = [path.stem for path in self._folder.glob(f"*{_SUFFIX}")]
        return sorted((int(name) for name in names if name.isdecimal()), reverse=True)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}{_SUFFIX}"

    def _read(self, number: int) -> Version | None:
        try:
            return _VERSIONS.decode(self._path(number).read_bytes())
        except (OSError, ValueError):
            return None

    def _write(self, version: Version) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(version.id)
        unfinished = path.with_suffix(".new")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(msgspec.json.encode(version))
            stream.flush()
            os.fsync(handle)
        unfinished.replace(path)

    def _prune(self) -> None:
        """The newest stays, however large."""
        total = 0
        for n, number in enumerate(self._ids()):
            path = self._path(number)
            total += path.stat().st_size
            if n and (n >= self._limit or total > self._max_bytes):
                path.unlink()
