"""Arguments for a spawned child, however large."""

from __future__ import annotations

import os
import pickle
from multiprocessing.reduction import DupFd, ForkingPickler
from typing import Any


class Parcel:
    """Arrives as its content, pickled into memory that the child inherits; close it after the start.

    `multiprocessing` itself writes into a pipe of which it keeps the other end, too: for a child that dies
    before it has read everything it would wait for ever, where that is more than a pipe holds (64 KiB).
    """

    def __init__(self, content: object) -> None:
        self._content = content
        self._memory = os.memfd_create("arguments")

    def __reduce__(self) -> tuple[Any, ...]:
        with open(self._memory, "wb", closefd=False) as file:
            file.write(ForkingPickler.dumps(self._content))
        return _opened, (DupFd(self._memory),)

    def close(self) -> None:
        os.close(self._memory)


def _opened(memory: Any) -> Any:
    with open(memory.detach(), "rb") as file:  # noqa: PTH123 - a descriptor, no path
        file.seek(0)
        return pickle.load(file)  # noqa: S301 - the parent's
