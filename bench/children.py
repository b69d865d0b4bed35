"""Children that don't outlive a bench which was killed."""

from __future__ import annotations

import multiprocessing


def wait_for_parent() -> None:
    """Blocks until the process that spawned this one has ended."""
    if parent := multiprocessing.parent_process():
        parent.join()


def parent_is_gone() -> bool:
    parent = multiprocessing.parent_process()
    return parent is not None and not parent.is_alive()
