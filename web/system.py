"""How the program is, which version and what configuration: for probes, people and Home Assistant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import Response, jsonify

from frigate_ext import __version__
from frigate_ext.domain.document import Document
from frigate_ext.runtime.health import PartHealth, PartState, worst
from frigate_ext.stats import CONTENT_TYPE
from frigate_ext.stats.document import stats_within
from web.context import identity, limit, may_see, services
from web.declare import TEXT, Group
from web.documents.system import HealthDocument, LiveDocument, OpenDocument
from web.permissions import ADMIN, PUBLIC, SCOPED

routes = Group("system", "/api")

T = TypeVar("T")

_OF_CAMERA = "camera "
"""What the names of cameras begin with among the parts."""

SPOKEN_VERSION = "0.18.0"
"""The Frigate line whose surface we speak; clients compare what stands before the first dash."""

_FOR_VIEWERS = ("version", "mqtt", "model", "cameras", "watches")
"""Sections that clients of Frigate read, and that tell nothing of providers, proxies or other cameras."""


@routes.route("GET", "/", access=PUBLIC, reply=TEXT)
def alive() -> Response:
    """Say what Frigate says to who asks whether it lives."""
    return Response("Frigate is running. Alive and healthy!", mimetype="text/plain")


@routes.route("GET", "/version", access=PUBLIC, reply=TEXT)
def version() -> Response:
    """Name the version in Frigate's form: the line whose surface this speaks, a dash, our own."""
    return Response(f"{SPOKEN_VERSION}-frigate_ext.{__version__}", mimetype="text/plain")


@routes.route("GET", "/stats", access=SCOPED, reply=OpenDocument)
def stats() -> Document:
    """Return statistics in Frigate's shape."""
    return stats_within(services().stats(), limit())


@routes.route("GET", "/metrics", access=ADMIN, reply=TEXT)
def metrics() -> Response:
    """Return counters and gauges of every part and all cameras for Prometheus."""
    return Response(services().metrics(), content_type=CONTENT_TYPE)


@routes.route("GET", "/config", access=SCOPED, reply=OpenDocument)
def config() -> Document:
    """Return the configuration in Frigate's shape, without secrets; to viewers, that of their cameras."""
    told = services().config()
    watches = {name: watch for name, watch in told.get("watches", {}).items() if may_see(watch["camera"])}
    if not identity().rules_everything:
        told = {section: told[section] for section in _FOR_VIEWERS if section in told}
    return {**told, "cameras": _visible(told["cameras"]), "watches": watches}


@routes.route("GET", "/health/live", access=PUBLIC, reply=LiveDocument)
def live() -> Document:
    """Answer as long as requests are answered at all."""
    return {"status": PartState.OK.value}


@routes.route("GET", "/health", access=SCOPED, reply=HealthDocument, also={503: HealthDocument})
def health() -> Response:
    """Say how every part is.

    503 while a part of our own is starting or has failed; what is merely away is `degraded`, with 200.
    """
    parts = {
        name: part
        for name, part in services().health().items()
        if may_see(name.removeprefix(_OF_CAMERA)) or not name.startswith(_OF_CAMERA)
    }
    status = worst(parts.values()).state
    listed = {
        name: {"state": part.state.value, "detail": _detail(name, part)} for name, part in parts.items()
    }
    response = jsonify({"status": status.value, "parts": listed})
    response.status_code = 503 if status in {PartState.FAILED, PartState.STARTING} else 200
    return response


def _detail(name: str, part: PartHealth) -> str:
    """Parts that are not one camera's may name any: not to whom some are hidden."""
    return part.detail if limit() is None or name.startswith(_OF_CAMERA) else ""


def _visible(cameras: Mapping[str, T]) -> dict[str, T]:
    return {name: camera for name, camera in cameras.items() if may_see(name)}
