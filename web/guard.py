"""What every request must pass before it reaches a route, and what every reply carries."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, MisdirectedRequest, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from frigate_ext.domain.account import Role
from web.authenticator import Authenticator
from web.context import request_headers
from web.declare import Access, Route, table
from web.identity import Identity
from web.origins import Origins
from web.problems import opens_page

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'; media-src blob:"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
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
        app.after_request(self._seal)

    def _seal(self, response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _check(self) -> AnyResponse | None:
        headers = request_headers()
        if not self._origins.serves(request.host):
            raise MisdirectedRequest(
                "This address is not served here; set frigate_ext.web.external_url to use it."
            )
        if request.method not in _SAFE_METHODS and self._origins.is_foreign(headers):
            raise Forbidden("Another site's page can't change anything here.")
        if is_public(request.endpoint):
            return None
        identity = self._authenticator.identify(headers, request.remote_addr or "")
        if identity is None:
            return _turn_away(headers)
        g.identity = identity
        _check_role(identity)
        return None


def is_public(endpoint: str | None) -> bool:
    """Whether this endpoint of the current application answers without authentication."""
    route = table(current_app).get(endpoint or "")
    return endpoint == "static" or (route is not None and route.access.role is None)


def _turn_away(headers: Mapping[str, str]) -> AnyResponse:
    """Send people to where they can sign in; tell programs what to send."""
    if "authorization" in headers:
        raise _unauthorized("That is no API key, or it has been revoked.")
    if opens_page():
        up, wanted = "../" * (request.path.count("/") - 1), request.full_path.strip("/?")
        return redirect(f"{up}login?{urlencode({'next': wanted})}" if wanted else "login", 303)
    raise _unauthorized("Sign in, or send an API key as 'Authorization: Bearer <key>'.")


def _check_role(identity: Identity) -> None:
    """Refuse what the role, or a key that only reads, does not allow. Cameras are the endpoint's matter."""
    route = table(current_app).get(request.endpoint or "")
    if route is not None and not _is_allowed(route.access, identity):
        raise Forbidden("Only an admin may do this.")
    if identity.read_only and not _reads(route):
        raise Forbidden("This key may only read.")


def _reads(route: Route | None) -> bool:
    """Whether the current request, which may be for a route, changes nothing."""
    return request.method in _SAFE_METHODS or (route is not None and route.access.reads)


def _is_allowed(access: Access, identity: Identity) -> bool:
    if access.role is not Role.ADMIN:
        return True
    of_cameras = access.scoped or access.camera_of is not None
    return identity.is_admin if of_cameras else identity.rules_everything


def _unauthorized(message: str) -> Unauthorized:
    return Unauthorized(message, www_authenticate=WWWAuthenticate("bearer"))
