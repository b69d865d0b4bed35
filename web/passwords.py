"""Passwords, hashed with argon2id so that a stolen database takes long to guess from."""

from __future__ import annotations

import secrets
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from frigate_ext.errors import InvalidRequestError, Problem, TooManyAttemptsError

MIN_LENGTH = 8
MAX_LENGTH = 256
"""Characters."""
CONCURRENT = 2
"""Hashes at once: 38 MiB and two cores at most, however many strangers knock."""
_PATIENCE = 5.0
"""Seconds to wait for one's turn."""


def make_password() -> str:
    """Return a password for a first sign-in: 80 bits in groups that can be typed from a screen."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def check_new(password: str) -> None:
    """Raise InvalidRequestError for what can't be a password."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH or "\0" in password:
        problem = Problem("password", f"must have {MIN_LENGTH} to {MAX_LENGTH} characters")
        raise InvalidRequestError(str(problem), code="bad_password", problems=[problem])


class Passwords:
    """Hashes and compares, few at a time; safe to call from several threads, and blocks for some 50 ms.

    OWASP's smallest cost for argon2id (19 MiB, two passes, one lane): a Raspberry Pi bears it.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turns = BoundedSemaphore(CONCURRENT)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        """Raise InvalidRequestError for what can't be a password."""
        check_new(password)
        with self._turns:
            return self._hasher.hash(password)

    def matches(self, password_hash: str | None, password: str) -> bool:
        """Compare; None, for a user who does not exist, takes as long and is False.

        Raises TooManyAttemptsError when too many wait already.
        """
        if not self._turns.acquire(timeout=_PATIENCE):
            raise TooManyAttemptsError("Too many people sign in just now.", retry_after=_PATIENCE)
        try:
            nobodys = self._nobodys
            self._hasher.verify(password_hash or nobodys, password[: MAX_LENGTH + 1])
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._turns.release()
        return password_hash is not None
