"""What every request must pass before it reaches a route, and what every reply carries."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, current_app, g, redirect, request, session
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, MisdirectedRequest, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from web.declare import table
from web.identity import Authenticator
from web.origins import Origins

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """Refuses strangers, other sites' pages, and names that are not ours."""

    def __init__(self, authenticator: Authenticator, origins: Origins) -> None:
        self._authenticator = authenticator
        self._origins = origins

    def install(self, app: Flask) -> None:
        app.before_request(self._check)
        app.after_request(_seal)

    def _check(self) -> AnyResponse | None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self._origins.serves(request.host):
            raise MisdirectedRequest(
                "This address is not served here; set frigate_ext.web.external_url to use it."
            )
        if request.method not in _SAFE_METHODS and self._origins.is_foreign(headers):
            raise Forbidden("Another site's page can't change anything here.")
        if is_public(request.endpoint) or session.get("admitted"):
            return None
        return self._check_identity(headers)

    def _check_identity(self, headers: Mapping[str, str]) -> AnyResponse | None:
        g.identity = self._authenticator.identify(headers, request.remote_addr or "")
        if g.identity is not None:
            return None
        if "authorization" in headers:
            raise _unauthorized("That is not the API key.")
        if request.blueprint == "page":
            return redirect("../" * (request.path.count("/") - 1) + "login", 303)
        raise _unauthorized("Send the API key as 'Authorization: Bearer <key>'.")


def is_public(endpoint: str | None) -> bool:
    """Whether this endpoint of the current application answers without authentication."""
    route = table(current_app).get(endpoint or "")
    return endpoint == "static" or (route is not None and route.access.role is None)


def _unauthorized(message: str) -> Unauthorized:
    return Unauthorized(message, www_authenticate=WWWAuthenticate("bearer"))


def _seal(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
