"""The API's own description: for programs, and for people."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, current_app, render_template

from web.declare import HTML, Group, Media, table
from web.endpoint import CACHEABLE, conditional
from web.openapi import describe
from web.permissions import PUBLIC

routes = Group("reference", "/api", tag="system")

_KEY = "frigate_ext.openapi"


@routes.route("GET", "/openapi.json", access=PUBLIC, reply=Media(("application/json",)))
def openapi() -> Response:
    """Return this description (OpenAPI 3.1)."""
    text = json.dumps(document(current_app), ensure_ascii=False, separators=(",", ":"))
    response = conditional(text.encode(), "application/json")
    response.headers["Cache-Control"] = CACHEABLE
    return response


@routes.route("GET", "/docs", access=PUBLIC, reply=HTML, described=False)
def docs() -> str:
    """Show the description as a page."""
    api = document(current_app)
    tags: dict[str, list[tuple[str, str, Any]]] = {}
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            tags.setdefault(operation["tags"][0], []).append((method, path, operation))
    return render_template("reference.html", api=api, tags=tags, root="../", here="api/docs")


def document(app: Flask) -> dict[str, Any]:
    """Return the description of an application's routes, made once."""
    made: dict[str, Any] = app.extensions.setdefault(_KEY, {}) or describe(table(app).values())
    app.extensions[_KEY] = made
    return made
