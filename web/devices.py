"""Browsers in which a user has signed in before (OWASP's device cookies).

They are counted apart, so that whoever guesses a password, even from the same address, as all seem to have
behind some routers and containers, does not keep its owner out.
"""

from __future__ import annotations

import hmac
import secrets


class Devices:
    """Makes and knows tokens that are signed, and stored nowhere."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def token(self, user: str) -> str:
        """Return what a browser keeps once this user has signed in."""
        name = secrets.token_urlsafe(16)
        return f"{name}.{self._signature(name, user)}"

    def recognise(self, token: str, user: str) -> str | None:
        """Return the name of the browser that keeps this token; None where the user never signed in there."""
        name, _, signature = token.partition(".")
        given, right = signature.encode(), self._signature(name, user).encode()
        return name if hmac.compare_digest(given, right) else None

    def _signature(self, name: str, user: str) -> str:
        return hmac.new(self._secret, f"{name} {user.casefold()}".encode(), "sha256").hexdigest()
