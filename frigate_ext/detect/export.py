"""Exports of weights: made once, in a process of their own so that torch's memory never stays, then kept.

An export is keyed by its weights' hash and the exporter's version:
`<cache>/exports/<stem>-<hash>-<version>-<format>`. Its files' hashes lie with it; a damaged one is made anew.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from frigate_ext.detect import manifest
from frigate_ext.errors import ModelError
from frigate_ext.runtime.download import sha256_of

logger = logging.getLogger(__name__)

Format = Literal["openvino", "onnx"]

_TIMEOUT = 900.0
_SCRATCH = ".making-"
_PACKAGE_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Export:
    """A kept export; `path` is what `DetectorSettings.weights` takes."""

    name: str
    format: Format
    path: Path
    size: int
    """Bytes on disk."""


def export(weights: Path, cache: Path, target: Format = "openvino") -> Path:
    """The export of a `.pt` file, made unless `cache` has it: a folder for OpenVINO, a file for ONNX.

    Loads the pickle, so the file must be trusted. Blocks for up to minutes; raises ModelError.
    """
    try:
        folder = cache / "exports" / _key(weights, target)
        if not _is_sound(folder, target):  # a cache that can't be written serves what it has
            _make_first(weights, folder, target)
    except OSError as error:
        raise ModelError(f"{weights} can't be exported into {cache}: {error}") from error
    return _model(folder, target)


def exports(cache: Path) -> list[Export]:
    """What has been exported so far, by name."""
    folders = [folder for folder in sorted((cache / "exports").glob("*-*")) if folder.is_dir()]
    return [_describe(folder) for folder in folders]


def _key(weights: Path, target: Format) -> str:
    try:
        exporter = version("ultralytics")
        return f"{weights.stem}-{sha256_of(weights)[:16]}-{exporter}-{target}"
    except PackageNotFoundError as error:
        raise ModelError(
            f"{weights.name} must be exported first, and ultralytics is not installed"
        ) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One export at a time, across processes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_first(weights: Path, folder: Path, target: Format) -> None:
    """Make it, unless another process did so meanwhile."""
    with _locked(folder.parent):
        if _is_sound(folder, target):
            return
        for scratch in folder.parent.glob(f"{_SCRATCH}*"):  # of a process that was killed meanwhile
            shutil.rmtree(scratch, ignore_errors=True)
        if folder.exists():
            logger.warning("%s is damaged, or of a release that wrote no hashes: made anew", folder.name)
            shutil.rmtree(folder)
        logger.info("exporting %s to %s, once", weights.name, target)
        _make(weights, folder, target)


def _is_sound(folder: Path, target: Format) -> bool:
    """Whether it is there (it appears all at once) and as it was made."""
    known, model = manifest.read(folder / manifest.NAME), _model(folder, target)
    return bool(known) and model.exists() and not manifest.changed(model, known)


def _make(weights: Path, folder: Path, target: Format) -> None:
    """Export into a temporary folder, then rename it into place."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=_SCRATCH) as scratch:
        copy = Path(scratch) / f"{weights.stem}.pt"
        shutil.copyfile(weights, copy)
        _run(copy, Path(scratch), target)
        made = Path(scratch) / "export"
        made.mkdir()
        for file in _products(copy, target):
            file.rename(made / file.name)
        manifest.write(made / manifest.NAME, manifest.hashes(manifest.files_of(_model(made, target))))
        made.rename(folder)


def _run(copy: Path, scratch: Path, target: Format) -> None:
    command = [sys.executable, "-m", "frigate_ext.detect.exporter", str(copy), target]
    own = {"PYTHONPATH": str(_PACKAGE_ROOT), "YOLO_CONFIG_DIR": str(scratch), "YOLO_VERBOSE": "false"}
    try:
        subprocess.run(  # noqa: S603 - our own interpreter and words
            command,
            check=True,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            env=os.environ | own,
        )
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ModelError(f"{copy.name} can't be exported to {target}: {reason}") from error
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"{copy.name} was not exported within {_TIMEOUT:.0f} s") from error


def _products(copy: Path, target: Format) -> list[Path]:
    if target == "onnx":
        return [copy.with_suffix(".onnx")]
    return sorted(copy.with_name(f"{copy.stem}_openvino_model").iterdir())


def _model(folder: Path, target: Format) -> Path:
    return folder if target == "openvino" else next(folder.glob("*.onnx"), folder / "no.onnx")


def _describe(folder: Path) -> Export:
    target: Format = "onnx" if folder.name.endswith("-onnx") else "openvino"
    size = sum(file.stat().st_size for file in folder.iterdir())
    return Export(folder.name, target, _model(folder, target), size)
