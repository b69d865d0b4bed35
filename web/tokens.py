"""Secrets that programs and browsers present: random, long, and kept as digests only."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping

KEY_PREFIX = "fx_"
"""So that people and secret scanners know one of ours when they see it."""
SHOWN = len(KEY_PREFIX) + 6
"""Characters of a key that lists show."""
PAGE_COOKIE = "frigate_ext_session"
"""Unless `frigate_ext.auth.cookie_name` says otherwise."""
DEVICE_COOKIE = "frigate_ext_device"
FRIGATE_COOKIE = "frigate_token"
"""What Frigate's clients look for in a login's reply. A page never gets it: cookies know no ports, and ours
would take the place of that of a Frigate on the same host."""


def new_key() -> str:
    """Return an API key."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def new_session(name: str, expires_at: float) -> str:
    """Return a session's token. It looks like a JWT since clients of Frigate read `exp` out of it.

    Nothing in it is ever believed: the whole of it is looked up.
    """
    claims = _encoded({"sub": name, "exp": int(expires_at)})
    return f"{_encoded({'typ': 'JWT', 'alg': 'HS256'})}.{claims}.{secrets.token_urlsafe(32)}"


def digest(token: str) -> bytes:
    """Return what is stored of a token. It is random, so a plain hash keeps it."""
    return hashlib.sha256(token.encode()).digest()


def bearer(headers: Mapping[str, str]) -> str | None:
    """Return what `Authorization: Bearer` says (names of headers in lower case)."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def presented(headers: Mapping[str, str], page_cookie: str) -> str | None:
    """Return the token that a request comes with."""
    return bearer(headers) or cookie(headers, page_cookie)


def cookie(headers: Mapping[str, str], page_cookie: str) -> str | None:
    """Return the session that a request's cookies name."""
    return named(headers, page_cookie) or named(headers, FRIGATE_COOKIE)


def named(headers: Mapping[str, str], name: str) -> str | None:
    """Return one of a request's cookies."""
    pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
    return next((value for found, _, value in pairs if found == name), None)


def _encoded(document: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
