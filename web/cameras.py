"""Cameras: how they are, what they see as facts, and their newest picture."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response, jsonify
from pydantic import ConfigDict, Field

from frigate_ext.bus.latest import Latest
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import Camera, CameraState, Zone
from frigate_ext.domain.document import Document
from frigate_ext.domain.objects import TrackedObject
from web.context import services, visible_cameras
from web.declare import JPEG, PNG, WEBP, Group
from web.documents.base import Items, Listed
from web.documents.cameras import CameraDocument
from web.endpoint import conditional
from web.overlay import Encoding, Overlay, draw
from web.permissions import SCOPED, SEES_CAMERA
from web.query import Flag, Query, Text

routes = Group("cameras", "/api")

MAX_HEIGHT = 4320
MIN_HEIGHT = 16

_TYPES = {".jpg": "image/jpeg", ".webp": "image/webp", ".png": "image/png"}
_UNHEARD: dict[str, Any] = {
    "state": CameraState.STARTING.value,
    "detail": "",
    "time": None,
    "frame_time": None,
    "size": None,
    "objects": [],
    "stats": None,
}


class LabelsQuery(Query):
    """Frigate's."""

    model_config = ConfigDict(extra="ignore")

    camera: Text = None


class PictureQuery(Query):
    """Frigate's, of which we know some; the others change nothing."""

    model_config = ConfigDict(extra="ignore")

    bbox: Flag = False
    timestamp: Flag = False
    zones: Flag = False
    height: int = Field(MAX_HEIGHT, ge=MIN_HEIGHT, le=MAX_HEIGHT, description="Pixels; never scaled up.")
    quality: int = Field(70, ge=1, le=100)


@routes.route("GET", "/cameras", access=SCOPED, reply=Listed[CameraDocument])
def listing() -> Document:
    """List every camera with what it sees now; one page holds them all."""
    latest = services().latest
    cameras = visible_cameras().values()
    return {"items": [camera_document(camera, latest(camera.name)) for camera in cameras], "next": None}


@routes.route("GET", "/labels", access=SCOPED, query=LabelsQuery, reply=Items[str])
def labels(query: LabelsQuery) -> Response:
    """List what may be detected, on one camera or on all, as Frigate does."""
    cameras = [each for each in visible_cameras().values() if query.camera in {None, each.name}]
    return jsonify(sorted({label for camera in cameras for label in camera.labels}))


@routes.route("GET", "/sub_labels", access=SCOPED, reply=Items[str])
def sub_labels() -> Response:
    """List sub labels as Frigate does; we give none."""
    return jsonify([])


@routes.route("GET", "/<camera>/latest.webp", access=SEES_CAMERA, query=PictureQuery, reply=WEBP)
def latest_webp(camera: str, query: PictureQuery) -> Response:
    """Return the camera's newest picture as WebP; otherwise as `latest.jpg`."""
    return _latest(camera, query, Encoding(".webp", query.quality))


@routes.route("GET", "/<camera>/latest.png", access=SEES_CAMERA, query=PictureQuery, reply=PNG)
def latest_png(camera: str, query: PictureQuery) -> Response:
    """Return the camera's newest picture as PNG, whatever the quality; otherwise as `latest.jpg`."""
    return _latest(camera, query, Encoding(".png", query.quality))


@routes.route("GET", "/<camera>/latest.jpg", access=SEES_CAMERA, query=PictureQuery, reply=JPEG)
def latest_jpeg(camera: str, query: PictureQuery) -> Response:
    """Return the camera's newest picture, in Frigate's way of asking.

    `X-Frame-Time` is the frame's time; `X-Frigate-Offline: true` says that the camera is away and this is the
    last picture of it.
    """
    return _latest(camera, query, Encoding(".jpg", query.quality))


def _latest(camera: str, query: PictureQuery, encoding: Encoding) -> Response:
    known = services().cameras[camera]
    overlay = Overlay(boxes=query.bbox, timestamp=query.timestamp, zones=query.zones)
    frame = services().fetch_frame(camera, query.height, query.quality)
    heard = services().latest(camera)
    objects = heard.update.objects if heard and _is_online(heard) else ()
    picture = draw(frame, overlay, known.zones, objects, encoding)
    response = conditional(picture, _TYPES[encoding.kind])
    response.headers["X-Frame-Time"] = f"{frame.frame_time:.3f}"
    if not _is_online(heard):
        response.headers["X-Frigate-Offline"] = "true"
    return response


def camera_document(camera: Camera, heard: Latest | None) -> dict[str, Any]:
    """Boxes are pixels of `size`, zones fractions of it; objects are the real ones to be seen now."""
    return {
        "name": camera.name,
        "friendly_name": camera.friendly_name,
        "labels": list(camera.labels),
        "zones": [_zone_document(zone) for zone in camera.zones],
        **(_heard(heard.update, silent=heard.silent) if heard else _UNHEARD),
    }


def _is_online(heard: Latest | None) -> bool:
    return heard is not None and not heard.silent and heard.update.state is CameraState.ONLINE


def _heard(update: CameraUpdate, *, silent: bool) -> dict[str, Any]:
    """What a silent camera saw last is not what it sees now."""
    visible = [] if silent else [thing for thing in update.objects if thing.is_real and thing.is_seen]
    return {
        "state": CameraState.OFFLINE.value if silent else update.state.value,
        "detail": "its detection process is silent" if silent else update.detail,
        "time": update.time,
        "frame_time": update.frame_time,
        "size": update.size._asdict() if update.size else None,
        "objects": [_object_document(thing) for thing in visible],
        "stats": msgspec.to_builtins(update.stats),
    }


def _zone_document(zone: Zone) -> dict[str, Any]:
    return {
        "name": zone.name,
        "friendly_name": zone.friendly_name,
        "polygon": [list(p) for p in zone.polygon],
    }


def _object_document(thing: TrackedObject) -> dict[str, Any]:
    return {
        "id": thing.id,
        "label": thing.label,
        "score": thing.score,
        "box": list(thing.box),
        "current_zones": list(thing.current_zones),
        "stationary": thing.stationary,
    }
