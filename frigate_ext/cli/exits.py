"""Exit codes, for scripts: what kind of thing went wrong."""

from __future__ import annotations

from enum import IntEnum

from frigate_ext.errors import (
    AlreadyRunningError,
    ConfigError,
    ForeignDatabaseError,
    FrigateExtError,
    RequestError,
)


class Exit(IntEnum):
    OK = 0
    FAILURE = 1
    USAGE = 2
    BAD_CONFIG = 3
    UNREACHABLE = 4
    REFUSED = 5
    ALREADY_RUNNING = 6


class UnreachableError(FrigateExtError):
    """The server that a command talks to does not answer."""


_CODES: list[tuple[type[FrigateExtError], Exit]] = [
    (ConfigError, Exit.BAD_CONFIG),
    (UnreachableError, Exit.UNREACHABLE),
    (RequestError, Exit.REFUSED),
    (ForeignDatabaseError, Exit.REFUSED),
    (AlreadyRunningError, Exit.ALREADY_RUNNING),
]


def exit_code(error: FrigateExtError) -> Exit:
    """The code of an error's branch."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exit.FAILURE)
