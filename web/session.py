"""Signing in and out over the API, in Frigate's words, and who one is."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from frigate_ext.domain.document import Document
from web.bodies import LoginBody
from web.context import identity, request_headers, services, visible_cameras
from web.cookies import forget, keep
from web.declare import Body, Group
from web.documents.accounts import ProfileDocument
from web.documents.base import ProblemDocument
from web.permissions import ANYONE_SIGNED_IN, PUBLIC
from web.tokens import FRIGATE_COOKIE, presented

routes = Group("session", "/api", tag="accounts")


@routes.route(
    "POST",
    "/login",
    access=PUBLIC,
    body=Body(LoginBody),
    also={401: ProblemDocument, 429: ProblemDocument},
)
def login(body: LoginBody) -> AnyResponse:
    """Begin a session: its cookie, `frigate_token`, may also be sent as a bearer token."""
    accounts = services().accounts
    token = accounts.sign_in.enter(body.user, body.password, request_headers(), request.remote_addr or "")
    if token is None:
        raise Unauthorized("A wrong user or password.")
    return keep(Response(), FRIGATE_COOKIE, token, secure=accounts.settings.secure_cookies)


@routes.route("POST", "/logout", access=ANYONE_SIGNED_IN, status=204)
def logout() -> AnyResponse:
    """End the session that the request comes with."""
    accounts = services().accounts
    if token := presented(request_headers(), accounts.settings.cookie_name):
        accounts.sign_in.leave(token)
    return forget(Response(status=204), accounts.settings.cookie_name)


@routes.route("GET", "/profile", access=ANYONE_SIGNED_IN, reply=ProfileDocument)
def profile() -> Document:
    """Return who one is, and what one may see."""
    who = identity()
    return {
        "username": who.name,
        "role": who.role.value,
        "read_only": who.read_only,
        "allowed_cameras": sorted(visible_cameras()),
    }
