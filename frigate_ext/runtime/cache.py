"""Where downloads and exports are kept between runs and between data folders."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """`$FRIGATE_EXT_CACHE`, else `frigate_ext` in the user's cache folder; not created here."""
    if chosen := os.environ.get("FRIGATE_EXT_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "frigate_ext"
