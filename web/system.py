"""How the program is, which version and what configuration: for probes, people and Home Assistant."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify

from frigate_ext import __version__
from frigate_ext.runtime.health import PartHealth, PartState
from web.context import services

routes = Blueprint("system", __name__, url_prefix="/api")

SPOKEN_VERSION = "0.18.0"
"""The Frigate line whose surface we speak; clients compare what stands before the first dash."""

_WORST_FIRST = (PartState.FAILED, PartState.STARTING, PartState.DEGRADED)


@routes.get("/")
def alive() -> Response:
    """Say what Frigate says to who asks whether it lives."""
    return Response("Frigate is running. Alive and healthy!", mimetype="text/plain")


@routes.get("/version")
def version() -> Response:
    """Name the version in Frigate's form."""
    return Response(f"{SPOKEN_VERSION}-frigate_ext.{__version__}", mimetype="text/plain")


@routes.get("/stats")
def stats() -> Response:
    """Return statistics in Frigate's shape."""
    return jsonify(services().stats())


@routes.get("/config")
def config() -> Response:
    """Return the configuration in Frigate's shape, without secrets."""
    return jsonify(services().config())


@routes.get("/health/live")
def live() -> Response:
    """Answer as long as requests are answered at all."""
    return jsonify({"status": PartState.OK.value})


@routes.get("/health")
def health() -> tuple[Response, int]:
    """503 while a part of our own is starting or has failed; what is merely away is `degraded`, with 200."""
    parts = services().health()
    status = overall(parts)
    listed = {name: {"state": part.state.value, "detail": part.detail} for name, part in parts.items()}
    code = 503 if status in {PartState.FAILED, PartState.STARTING} else 200
    return jsonify({"status": status.value, "parts": listed}), code


def overall(parts: Mapping[str, PartHealth]) -> PartState:
    """Return the worst state of all parts; ok when there are none."""
    states = {part.state for part in parts.values()}
    return next((state for state in _WORST_FIRST if state in states), PartState.OK)
