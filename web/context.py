"""How a route reaches the services of the application that serves it."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from web.services import Services

_KEY = "frigate_ext"


def provide(app: Flask, services: Services) -> None:
    """Hand the services to the routes of `app`."""
    app.extensions[_KEY] = services


def services() -> Services:
    """Return the services of the current request's application."""
    return cast("Services", current_app.extensions[_KEY])
