"""What every request must pass before it reaches a route, and what every reply carries."""

from __future__ import annotations

import math
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request, session
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, MisdirectedRequest, TooManyRequests, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from web.access import Gate

PUBLIC = frozenset({"static", "login.form", "login.enter", "system.live", "system.version"})
"""Endpoints that answer without authentication."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Guard:
    """Refuses strangers, other sites' pages, and names that are not ours.

    `gate` is None when authentication is off; `loopback` says that we listen to this machine alone, where
    only a page that rebinds its own name to our address would use another Host.
    """

    def __init__(self, *, gate: Gate | None, external_url: str, loopback: bool) -> None:
        self._gate = gate
        self._external = urlsplit(external_url)
        self._loopback = loopback

    def install(self, app: Flask) -> None:
        app.before_request(self._check)
        app.after_request(_seal)

    def _check(self) -> AnyResponse | None:
        self._check_host()
        self._check_site()
        if self._gate is None or request.endpoint in PUBLIC or session.get("admitted"):
            return None
        return self._check_key(self._gate)

    def _check_host(self) -> None:
        if self._loopback and not self._is_ours(_hostname(request.host)):
            raise MisdirectedRequest(
                "This address is not served here; set frigate_ext.web.external_url to use it."
            )

    def _is_ours(self, host: str) -> bool:
        return bool(host) and (host == self._external.hostname or is_loopback(host))

    def _check_site(self) -> None:
        """Refuse state changes that another site's page asks a browser to make."""
        if request.method in _SAFE_METHODS:
            return
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site is not None:
            ours = site in {"same-origin", "none"}
        else:
            ours = origin is None or _netloc(origin) in {request.host, self._external.netloc}
        if not ours:
            raise Forbidden("Another site's page can't change anything here.")

    def _check_key(self, gate: Gate) -> AnyResponse | None:
        given = request.authorization
        if given is not None and given.type == "bearer" and given.token:
            if admit(gate, given.token):
                return None
            raise _unauthorized("That is not the API key.")
        if request.endpoint == "page.index":
            return redirect("login", 303)
        raise _unauthorized("Send the API key as 'Authorization: Bearer <key>'.")


def admit(gate: Gate, key: str) -> bool:
    """Compare a key presented in this request; raises what becomes 429 after too many wrong ones."""
    address = request.remote_addr or ""
    if wait := gate.wait(address):
        raise TooManyRequests("Too many wrong keys; try again later.", retry_after=math.ceil(wait))
    return gate.admits(key, address)


def is_loopback(host: str) -> bool:
    """Whether this is a name or address that never leaves the machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _unauthorized(message: str) -> Unauthorized:
    return Unauthorized(message, www_authenticate=WWWAuthenticate("bearer"))


def _seal(response: Response) -> Response:
    response.headers.update(_HEADERS)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
