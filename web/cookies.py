"""What a browser keeps for us in cookies: out of reach of scripts, and of forms on other sites."""

from __future__ import annotations

from werkzeug.wrappers import Response

from web.tokens import FRIGATE_COOKIE

_MAX_AGE = 400 * 86400
"""Seconds; as long as browsers keep any. When the session ends is the server's matter."""


def keep(response: Response, name: str, token: str, *, secure: bool) -> Response:
    """Set a cookie. Lax, so that a link to an alert opens it; changes are held by the guard."""
    response.set_cookie(name, token, max_age=_MAX_AGE, httponly=True, samesite="Lax", secure=secure)
    return response


def forget(response: Response, page_cookie: str) -> Response:
    """Delete the session; that somebody has signed in here before stays known."""
    for name in (page_cookie, FRIGATE_COOKIE):
        response.delete_cookie(name, httponly=True, samesite="Lax")
    return response
