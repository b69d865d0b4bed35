"""Signing in and out on the page, with forms that need no script."""

from __future__ import annotations

import math
import re

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from frigate_ext.errors import TooManyAttemptsError
from web.context import request_headers, services
from web.cookies import forget, keep
from web.declare import HTML, Group
from web.permissions import PUBLIC
from web.tokens import DEVICE_COOKIE, cookie

routes = Group("login", described=False)

_TARGET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*(\?[A-Za-z0-9_.=&%-]*)?")
"""A page of ours, relative to the first one: nothing that leads to another site."""


@routes.route("GET", "/login", access=PUBLIC, reply=HTML)
def form() -> str | Response:
    """Ask for user and password."""
    if not services().accounts.settings.enabled:
        return redirect("./", 303)
    return _form()


@routes.route("POST", "/login", access=PUBLIC, reply=HTML)
def enter() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Begin a session, and go where one wanted to go."""
    accounts = services().accounts
    if not accounts.settings.enabled:
        return redirect("./", 303)
    name, password = request.form.get("user", "").strip(), request.form.get("password", "")
    try:
        token = accounts.sign_in.enter(name, password, request_headers(), request.remote_addr or "")
    except TooManyAttemptsError as error:
        return _form(late=True), 429, {"Retry-After": str(math.ceil(error.retry_after))}
    if token is None:
        return _form(wrong=True), 401
    response = redirect(f"./{_target()}", 303)
    secure = accounts.settings.secure_cookies
    keep(response, DEVICE_COOKIE, accounts.sign_in.device(name), secure=secure)
    return keep(response, accounts.settings.cookie_name, token, secure=secure)


@routes.route("POST", "/logout", access=PUBLIC, reply=HTML)
def leave() -> Response:
    """End the session of this browser."""
    accounts = services().accounts
    if token := cookie(request_headers(), accounts.settings.cookie_name):
        accounts.sign_in.leave(token)
    return forget(redirect("login", 303), accounts.settings.cookie_name)


def _form(*, wrong: bool = False, late: bool = False) -> str:
    return render_template("login.html", wrong=wrong, late=late, target=_target())


def _target() -> str:
    wanted = request.values.get("next", "")
    return wanted if _TARGET.fullmatch(wanted) and "//" not in wanted and len(wanted) < 500 else ""  # noqa: PLR2004
