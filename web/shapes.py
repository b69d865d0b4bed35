"""Zones and masks over HTTP: read from the configuration's files, and written into them."""

from __future__ import annotations

from typing import Any

from config.editing.shapes import Kind, Shape
from frigate_ext.domain.document import Document
from frigate_ext.domain.geometry import Point
from web.config_files import CONFLICTS, editor
from web.context import identity, services
from web.declare import Body, Group
from web.documents.system import ReloadDocument
from web.editing_documents import MaskBody, ShapesDocument, ZoneBody
from web.permissions import ADMIN
from web.reload import reload_document

routes = Group("shapes", "/api/cameras", tag="configuration")


@routes.route("GET", "/<camera>/shapes", access=ADMIN, reply=ShapesDocument, conflicts=CONFLICTS)
def shapes(camera: str) -> Document:
    """Return a camera's zones and masks as its file has them, also those that are switched off."""
    found = [_document(shape) for shape in editor().shapes(camera)]
    known = services().cameras.get(camera)
    return {"items": found, "labels": list(known.labels) if known else []}


@routes.route(
    "PUT",
    "/<camera>/zones/<shape>",
    access=ADMIN,
    body=Body(ZoneBody),
    reply=ReloadDocument,
    conflicts=CONFLICTS,
)
def put_zone(camera: str, shape: str, body: ZoneBody) -> Document:
    """Write a zone into the file; what else stands there stays as it is, comments and all."""
    more = {"objects": tuple(body.objects), "inertia": body.inertia, "loitering_time": body.loitering_time}
    return _put(camera, _shape(Kind.ZONE, shape, body, **more))


@routes.route(
    "PUT",
    "/<camera>/motion_masks/<shape>",
    access=ADMIN,
    body=Body(MaskBody),
    reply=ReloadDocument,
    conflicts=CONFLICTS,
)
def put_motion_mask(camera: str, shape: str, body: MaskBody) -> Document:
    """Write a mask where motion does not count; masks without names get one each."""
    return _put(camera, _shape(Kind.MOTION_MASK, shape, body))


@routes.route(
    "PUT",
    "/<camera>/object_masks/<shape>",
    access=ADMIN,
    body=Body(MaskBody),
    reply=ReloadDocument,
    conflicts=CONFLICTS,
)
def put_object_mask(camera: str, shape: str, body: MaskBody) -> Document:
    """Write a mask where nothing is an object; masks without names get one each."""
    return _put(camera, _shape(Kind.OBJECT_MASK, shape, body))


@routes.route("DELETE", "/<camera>/zones/<shape>", access=ADMIN, reply=ReloadDocument, conflicts=CONFLICTS)
def delete_zone(camera: str, shape: str) -> Document:
    """Remove a zone from the file."""
    return _remove(camera, Kind.ZONE, shape)


@routes.route(
    "DELETE", "/<camera>/motion_masks/<shape>", access=ADMIN, reply=ReloadDocument, conflicts=CONFLICTS
)
def delete_motion_mask(camera: str, shape: str) -> Document:
    """Remove a mask from the file."""
    return _remove(camera, Kind.MOTION_MASK, shape)


@routes.route(
    "DELETE", "/<camera>/object_masks/<shape>", access=ADMIN, reply=ReloadDocument, conflicts=CONFLICTS
)
def delete_object_mask(camera: str, shape: str) -> Document:
    """Remove a mask from the file."""
    return _remove(camera, Kind.OBJECT_MASK, shape)


def _put(camera: str, shape: Shape) -> Document:
    return reload_document(editor().put_shape(camera, shape, identity().name).outcome)


def _remove(camera: str, kind: Kind, name: str) -> Document:
    return reload_document(editor().remove_shape(camera, kind, name, identity().name).outcome)


def _shape(kind: Kind, name: str, body: MaskBody, **more: Any) -> Shape:
    polygon = tuple(Point(x, y) for x, y in body.corners)
    return Shape(
        name=name,
        kind=kind,
        polygon=polygon,
        friendly_name=body.friendly_name,
        enabled=body.enabled,
        **more,
    )


def _document(shape: Shape) -> Document:
    return {
        "name": shape.name,
        "kind": shape.kind.value,
        "corners": [list(corner) for corner in shape.polygon],
        "friendly_name": shape.friendly_name,
        "enabled": shape.enabled,
        "objects": list(shape.objects),
        "inertia": shape.inertia,
        "loitering_time": shape.loitering_time,
    }
