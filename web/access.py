"""Who may come in: one key, made at first start, presented as a bearer token or traded for a session."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections import OrderedDict
from pathlib import Path

from frigate_ext.errors import ConfigError, Problem, TooManyAttemptsError
from frigate_ext.runtime.clock import Clock

KEY_FILE = "api_key"
MAX_FAILURES = 10
WINDOW = 60.0
"""Seconds in which that many wrong keys from one address are too many."""
MAX_ADDRESSES = 1024


def load_key(data_dir: Path) -> tuple[str, bool]:
    """Return the API key of this data folder and whether it was made just now, readable by its owner alone.

    Raises ConfigError when it can't be read or written, or is too short to be a key.
    """
    path = data_dir / KEY_FILE
    try:
        key = secrets.token_urlsafe(32)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(key + "\n")
    except FileExistsError:
        return _read(path), False
    except OSError as error:
        raise ConfigError([Problem(str(path), f"can't write the API key: {error.strerror}")]) from error
    return key, True


def _read(path: Path) -> str:
    try:
        key = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(str(path), "can't read the API key")]) from error
    if len(key) < 16:  # noqa: PLR2004 - shorter could be guessed
        raise ConfigError([Problem(str(path), "is no API key; delete it to have one made")])
    return key


def session_secret(key: str) -> bytes:
    """Return what sessions are signed with: a new key ends them all."""
    return hmac.digest(key.encode(), b"frigate_ext session", "sha256")


class Gate:
    """Compares keys, in constant time, and turns away who guesses; safe to call from several threads."""

    def __init__(self, key: str, clock: Clock) -> None:
        self._key = _digest(key)
        self.session_secret = session_secret(key)
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def admits(self, key: str, address: str) -> bool:
        """Compare a presented key; a wrong one counts against the address it came from.

        Raises TooManyAttemptsError after too many of them.
        """
        if wait := self._wait(address):
            raise TooManyAttemptsError("Too many wrong keys; try again later.", retry_after=wait)
        if hmac.compare_digest(_digest(key), self._key):
            return True
        self._count(address)
        return False

    def _wait(self, address: str) -> float:
        """Return the seconds until this address may present a key again; 0 when it may now."""
        with self._lock:
            count, ends = self._failures.get(address, (0, 0.0))
        return max(0.0, ends - self._clock.now().monotonic) if count >= MAX_FAILURES else 0.0

    def _count(self, address: str) -> None:
        now = self._clock.now().monotonic
        with self._lock:
            count, ends = self._failures.pop(address, (0, now + WINDOW))
            self._failures[address] = (count + 1, ends) if ends > now else (1, now + WINDOW)
            if len(self._failures) > MAX_ADDRESSES:
                self._failures.popitem(last=False)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
