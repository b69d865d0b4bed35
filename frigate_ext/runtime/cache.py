"""Where downloads and exports are kept between runs and between data folders."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

logger = logging.getLogger(__name__)


def cache_dir() -> Path:
    """`$FRIGATE_EXT_CACHE`, else `frigate_ext` in the user's cache folder; not created here."""
    if chosen := os.environ.get("FRIGATE_EXT_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "frigate_ext"


def fill_cache() -> None:
    """Copy into the cache what came with the installation, in `$FRIGATE_EXT_SEED`, and is missing there.

    An image's own folder can't be written, and what is measured and compiled here has to be kept.
    """
    if not (seed := os.environ.get("FRIGATE_EXT_SEED")):
        return
    for source in sorted(Path(seed).glob("*/[!.]*")):
        target = cache_dir() / source.relative_to(seed)
        try:
            if not target.exists():
                _copy(source, target)
        except OSError as error:
            logger.warning(
                "%s is not taken over into the cache, it may have to be fetched: %s", target, error
            )


def _copy(source: Path, target: Path) -> None:
    """A file or a folder, which appears all at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    if source.is_dir():
        shutil.copytree(source, partial, dirs_exist_ok=True)  # one killed earlier may have had our id
    else:
        shutil.copyfile(source, partial)
    partial.rename(target)
