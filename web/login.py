"""Trading the API key for a session, for people with a browser."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from web.access import Gate


def routes(gate: Gate | None) -> Blueprint:
    """`gate` is None when authentication is off: there is nothing to trade then."""
    blueprint = Blueprint("login", __name__)

    @blueprint.get("/login")
    def form() -> str | Response:
        return render_template("login.html", wrong=False) if gate else redirect("./", 303)

    @blueprint.post("/login")
    def enter() -> str | Response | tuple[str, int]:
        if gate is not None:
            if not gate.admits(request.form.get("key", "").strip(), request.remote_addr or ""):
                return render_template("login.html", wrong=True), 401
            session.permanent = True
            session["admitted"] = True
        return redirect("./", 303)

    @blueprint.post("/logout")
    def leave() -> Response:
        if gate is not None:
            session.clear()
        return redirect("login", 303)

    return blueprint
