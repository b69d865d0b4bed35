"""Notices that the files of the configuration have changed, whatever changes them and however."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from config.document import MAX_CHARACTERS
from config.names import secret_files

_STILL = 1.5
"""Seconds without a change after which a file counts as written."""
_GONE = 5.0
"""The same while a file is missing or empty: some editors write so."""


class Files:
    """Looks at what is in the files: no bind mount, clock or coarse file system can hide a change."""

    def __init__(self, paths: Sequence[Path], env: Mapping[str, str]) -> None:
        self._paths = tuple(paths)
        self._env = env

    def fingerprint(self) -> tuple[bytes, ...]:
        """Of each file that there is, configuration and secrets; `b""` for one that is missing or empty."""
        return tuple(self._digests())

    def _digests(self) -> Iterator[bytes]:
        for path in self._paths:
            yield _digest(path)
        for path in secret_files(self._env):
            yield path.name.encode() + _digest(path)


class Stillness:
    """Says once when something is different and has stayed so for a while; times are monotonic seconds."""

    def __init__(self) -> None:
        self._known: tuple[bytes, ...] | None = None
        self._seen: tuple[bytes, ...] | None = None
        self._since = 0.0

    def step(self, now: float, seen: tuple[bytes, ...]) -> bool:
        """Whether what is seen is new, and written."""
        if seen != self._seen:
            self._seen, self._since = seen, now
        if seen == self._known or now - self._since < (_STILL if all(seen) else _GONE):
            return False
        self._known = seen
        return True

    def known(self, seen: tuple[bytes, ...]) -> None:
        """It has been taken note of otherwise."""
        self._known = seen


def _digest(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_CHARACTERS * 4 + 1)
    except OSError:
        return b""
    return hashlib.sha256(content).digest() if content.strip() else b""
