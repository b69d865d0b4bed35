"""Hashes of a model's files: written when it was made, or first loaded, and checked before it is loaded.

In the form of `sha256sum`, so that people can check them, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from frigate_ext.runtime.download import sha256_of

NAME = "SHA256SUMS"
"""Beside the files that it is about."""
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")
_MAX_BYTES = 1 << 20
_DATA = (".data", "_data")
"""What PyTorch and Hugging Face call the weights that they write beside an ONNX file."""


def files_of(model: Path) -> list[Path]:
    """What an engine reads of a model: a file with its external data, or a folder's network and weights."""
    if model.is_dir():
        return sorted([*model.glob("*.xml"), *model.glob("*.bin")])
    return [model, *(data for end in _DATA if (data := model.with_name(model.name + end)).exists())]


def hashes(files: Iterable[Path]) -> dict[str, str]:
    """By the files' names; raises OSError."""
    return {file.name: sha256_of(file) for file in files}


def write(manifest: Path, of: Mapping[str, str]) -> None:
    """Readers see all of it or nothing; raises OSError."""
    manifest.parent.mkdir(parents=True, exist_ok=True)
    partial = manifest.with_name(f".{manifest.name}.{os.getpid()}")
    partial.write_text("".join(f"{digest}  {name}\n" for name, digest in of.items()))
    partial.replace(manifest)


def read(manifest: Path) -> dict[str, str]:
    """Empty where there is none; lines that are none are left out. Raises OSError."""
    if not manifest.is_file():
        return {}
    with manifest.open(encoding="utf-8", errors="replace") as text:
        lines = (_LINE.fullmatch(line) for line in text.read(_MAX_BYTES).splitlines())
        return {found[2].removeprefix("./"): found[1] for found in lines if found}


def changed(model: Path, known: Mapping[str, str]) -> list[str]:
    """Names of files that are not what they were; those that nobody wrote down among them. Raises OSError."""
    found = hashes(files_of(model))
    missing = known.keys() - found.keys() if model.is_dir() else set()
    return sorted({name for name, digest in found.items() if known.get(name) != digest} | missing)
