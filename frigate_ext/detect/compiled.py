"""What OpenVINO compiled is kept for the next start, but not for ever."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

logger = logging.getLogger(__name__)

_MOST = 1 << 30
"""Bytes: room for eight inputs (two sizes, of one to four pictures) of a model that takes 130 MB."""


def forget_unused(folder: Path, most: int = _MOST) -> None:
    """Remove what was read the longest ago, until the rest of `folder` takes no more bytes than `most`.

    Each release of OpenVINO, each model, input and precision leaves a file there. Which it reads, only the
    file system knows, mostly to the day; where it takes no note of reading, the oldest go first. Safe while
    other processes read, write or do the same.
    """
    left, removed = most, 0
    for size, file in _newest_first(folder):
        left -= size
        if left < 0:
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                logger.warning("%s takes more than %d MB and can't be cleared: %s", folder, most >> 20, error)
                return
            removed += 1
    if removed:
        logger.info("removed %d compiled models that were not used lately", removed)


def _newest_first(folder: Path) -> list[tuple[int, Path]]:
    """Each file with its size, by when it was last read or written."""
    found = []
    for file in folder.glob("*.blob"):
        with suppress(FileNotFoundError):  # another process removed it meanwhile
            about = file.stat()
            found.append((max(about.st_atime, about.st_mtime), about.st_size, file))
    return [(size, file) for _, size, file in sorted(found, reverse=True)]
