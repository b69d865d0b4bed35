"""Trading the API key for a session, for people with a browser."""

from __future__ import annotations

from flask import redirect, render_template, request, session
from werkzeug.wrappers import Response

from web.access import Gate
from web.declare import HTML, Group
from web.permissions import ANYONE_SIGNED_IN, PUBLIC


def routes(gate: Gate | None) -> Group:
    """`gate` is None when authentication is off: there is nothing to trade then."""
    group = Group("login", described=False)

    @group.route("GET", "/login", access=PUBLIC, reply=HTML)
    def form() -> str | Response:
        return render_template("login.html", wrong=False) if gate else redirect("./", 303)

    @group.route("POST", "/login", access=PUBLIC, reply=HTML)
    def enter() -> str | Response | tuple[str, int]:
        if gate is not None:
            if not gate.admits(request.form.get("key", "").strip(), request.remote_addr or ""):
                return render_template("login.html", wrong=True), 401
            session.permanent = True
            session["admitted"] = True
        return redirect("./", 303)

    @group.route("POST", "/logout", access=ANYONE_SIGNED_IN, reply=HTML)
    def leave() -> Response:
        if gate is not None:
            session.clear()
        return redirect("login", 303)

    return group
