"""The key in the data folder: whoever can read the file runs this instance, and may do everything."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from frigate_ext.errors import ConfigError, Problem

KEY_FILE = "api_key"
_MIN_LENGTH = 16
"""Shorter could be guessed."""


def load_key(data_dir: Path) -> str:
    """Return the local key of this data folder; the first time it is made, readable by its owner alone.

    Raises ConfigError when it can't be read or written, or is too short to be a key.
    """
    path = data_dir / KEY_FILE
    try:
        key = secrets.token_urlsafe(32)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(key + "\n")
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise ConfigError([Problem(str(path), f"can't write the API key: {error.strerror}")]) from error
    return key


def _read(path: Path) -> str:
    try:
        key = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(str(path), "can't read the API key")]) from error
    if len(key) < _MIN_LENGTH:
        raise ConfigError([Problem(str(path), "is no API key; delete it to have one made")])
    return key
