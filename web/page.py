"""The page people open."""

from __future__ import annotations

from flask import Blueprint, render_template

from frigate_ext import __version__
from web.context import services

routes = Blueprint("page", __name__)


@routes.get("/")
def index() -> str:
    """Render the page; it fills itself through the API."""
    return render_template("index.html", version=__version__, guarded=services().authenticator.enabled)
