"""How a route reaches the services of the application that serves it, and what its asker may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Flask, current_app, g, request

from frigate_ext.domain.camera import Camera
from web.identity import Identity
from web.services import Services

_KEY = "frigate_ext"


def provide(app: Flask, services: Services) -> None:
    """Hand the services to the routes of `app`."""
    app.extensions[_KEY] = services


def services() -> Services:
    """Return the services of the current request's application."""
    return cast("Services", current_app.extensions[_KEY])


def request_headers() -> dict[str, str]:
    """Return the current request's headers, their names in lower case."""
    return {name.lower(): value for name, value in request.headers.items()}


def identity() -> Identity:
    """Return who sent the current request, which is not to a public route."""
    return cast("Identity", g.identity)


def limit() -> frozenset[str] | None:
    """Return the names of the cameras that the asker may see; None: all, those of the past too."""
    identity: Identity | None = g.get("identity")
    return identity.cameras if identity else None


def visible_cameras() -> Mapping[str, Camera]:
    """Return the configured cameras that the asker may see, by name."""
    cameras, allowed = services().cameras, limit()
    return cameras if allowed is None else {name: cameras[name] for name in cameras if name in allowed}


def asked_cameras(asked: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """Return which cameras a list is about: those asked for that the asker may see; None for all."""
    allowed = limit()
    if allowed is None:
        return asked or None
    return tuple(name for name in asked or sorted(allowed) if name in allowed)


def may_see(camera: str) -> bool:
    """Whether the asker may see what belongs to this camera, which may be one of the past."""
    allowed = limit()
    return allowed is None or camera in allowed
