"""Models of the user's own that are no code: what was loaded first is what is loaded from then on."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

from frigate_ext.detect import manifest
from frigate_ext.errors import ModelError

logger = logging.getLogger(__name__)


def check(model: Path, cache: Path) -> None:
    """Hold a model against the `SHA256SUMS` beside it, else against what it was when it was first loaded.

    One that is new passes. Raises ModelError for one that has changed, or can't be read.
    """
    try:
        if known := _known(model, cache):
            _hold(model, *known)
    except OSError as error:
        raise ModelError(f"{model} can't be read: {error}") from error


def note_loaded(model: Path, cache: Path) -> None:
    """Remember a new model, which has just been loaded; one that can't be is never what it is to be."""
    try:
        if not _known(model, cache):
            remember(model, cache)
            logger.info("%s is new here: from now on it is checked to be what it is today", model)
    except (OSError, ModelError) as error:
        logger.warning("loaded unchecked, now and next time: %s", error)


def remember(model: Path, cache: Path) -> None:
    """Take a model as it is now for what it is to be; raises ModelError where that can't be kept."""
    try:
        manifest.write(_record(model, cache), manifest.hashes(manifest.files_of(model)))
    except OSError as error:
        raise ModelError(f"what {model} is can't be kept in {cache}: {error}") from error


def _known(model: Path, cache: Path) -> tuple[dict[str, str], str] | None:
    """What it must be, and what to do otherwise; None where nobody knows. Raises OSError."""
    folder = model if model.is_dir() else model.parent
    if model.name in (beside := manifest.read(folder / manifest.NAME)) or (model.is_dir() and beside):
        return beside, f"it is not what {folder / manifest.NAME} says: get it anew"
    if first := manifest.read(_record(model, cache)):
        return first, (
            "it has changed since it was first loaded. If that was you: `frigate-ext models trust "
            f"{model}`, as the user and with the cache folder that detection runs with"
        )
    return None


def _hold(model: Path, known: dict[str, str], otherwise: str) -> None:
    if names := manifest.changed(model, known):
        raise ModelError(f"{model} is not loaded ({', '.join(names)}): {otherwise}")


def _record(model: Path, cache: Path) -> Path:
    """By place: another file elsewhere is another model."""
    place = hashlib.sha256(str(model.resolve()).encode()).hexdigest()[:16]
    return cache / "trust" / f"{model.stem[:40]}-{place}"
