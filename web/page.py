"""The page people open."""

from __future__ import annotations

from flask import render_template

from frigate_ext import __version__
from web.context import services
from web.declare import HTML, Group
from web.permissions import ANYONE_SIGNED_IN

routes = Group("page", described=False)


@routes.route("GET", "/", access=ANYONE_SIGNED_IN, reply=HTML)
def index() -> str:
    """Render the page; it fills itself through the API."""
    return render_template("index.html", version=__version__, guarded=services().authenticator.enabled)
