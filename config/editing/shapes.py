"""Zones and masks of a camera as the editor sees them, and the changes that write them in Frigate's form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from config.editing.edit import Change, Path, Put, Remove
from config.editing.outline import area, crosses_itself
from config.sections.coordinates import MIN_POINTS, Polygon, parse_polygon, relative, spell
from frigate_ext.domain.geometry import Point, Size
from frigate_ext.errors import InvalidRequestError, Problem

MAX_CORNERS = 100
DIGITS = 4
"""Of a relative coordinate: a tenth of a pixel of a full-HD frame."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SMALLEST = 1e-5
"""Of the picture's area."""


class Kind(StrEnum):
    """What a polygon is for."""

    ZONE = "zone"
    MOTION_MASK = "motion_mask"
    OBJECT_MASK = "object_mask"


_WHERE: Mapping[Kind, Path] = {
    Kind.ZONE: ("zones",),
    Kind.MOTION_MASK: ("motion", "mask"),
    Kind.OBJECT_MASK: ("objects", "mask"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A zone, or a mask, which has no objects, inertia and loitering time. `polygon` is relative."""

    name: str
    kind: Kind
    polygon: Polygon
    friendly_name: str | None = None
    enabled: bool = True
    objects: tuple[str, ...] = ()
    inertia: int = 3
    loitering_time: int = 0


def place(kind: Kind, camera: str, name: str | None = None) -> Path:
    """Where the shape of this name stands in a file, or all of the kind."""
    return ("cameras", camera, *_WHERE[kind], *([name] if name is not None else []))


def read_shapes(section: Mapping[str, Any]) -> Iterator[Shape]:
    """Those of a camera's section; what can't be read is left out."""
    size = _size(section)
    for kind, where in _WHERE.items():
        for name, values in named(_below(section, where), kind).items():
            try:
                yield _shape(kind, name, values, size)
            except (KeyError, TypeError, ValueError):
                continue


def named(written: Any, kind: Kind) -> dict[str, dict[str, Any]]:
    """By name; masks without one, as old files have them, are numbered as Frigate does."""
    if isinstance(written, Mapping):
        return {name: dict(values) for name, values in written.items() if isinstance(values, Mapping)}
    several = isinstance(written, list) and any(isinstance(item, str) and "," in item for item in written)
    polygons = written if several else [written] if written else []
    return {f"{kind.value}_{n}": {"coordinates": polygon} for n, polygon in enumerate(polygons, 1)}


def changes(shape: Shape, camera: str, written: Any) -> list[Change]:
    """What makes a file say so, where `written` is what stands there of the kind. Other keys stay."""
    path = place(shape.kind, camera, shape.name)
    values = _values(shape)
    if written and not isinstance(written, Mapping):
        listed = named(written, shape.kind)
        return [Put(path[:-1], listed | {shape.name: listed.get(shape.name, {}) | values})]
    before = (written or {}).get(shape.name)
    if not isinstance(before, Mapping):
        return [Put(path, values)]
    kept = [Put((*path, key), value) for key, value in values.items() if before.get(key) != value]
    return [*kept, *(Remove((*path, key)) for key in _OPTIONAL[shape.kind] - values.keys() if key in before)]


def removal(kind: Kind, camera: str, name: str, written: Any) -> list[Change]:
    """What makes a file say nothing of a shape."""
    path = place(kind, camera, name)
    if isinstance(written, Mapping):
        return [Remove(path)]
    return [Put(path[:-1], {each: values for each, values in named(written, kind).items() if each != name})]


def check(shape: Shape) -> None:
    """Raise InvalidRequestError with all that is wrong with it."""
    problems = list(_problems(shape))
    if problems:
        raise InvalidRequestError("; ".join(map(str, problems)), code="bad_shape", problems=problems)


_OPTIONAL: Mapping[Kind, set[str]] = {
    Kind.ZONE: {"friendly_name", "enabled", "objects", "inertia", "loitering_time"},
    Kind.MOTION_MASK: {"friendly_name", "enabled"},
    Kind.OBJECT_MASK: {"friendly_name", "enabled"},
}
_DEFAULTS: Mapping[str, Any] = {
    "friendly_name": None,
    "enabled": True,
    "objects": [],
    "inertia": 3,
    "loitering_time": 0,
}


def _values(shape: Shape) -> dict[str, Any]:
    """Those that differ from what Frigate takes anyway."""
    polygon = tuple(Point(round(x, DIGITS), round(y, DIGITS)) for x, y in shape.polygon)
    values = {key: getattr(shape, key) for key in _DEFAULTS if key in _OPTIONAL[shape.kind]}
    values = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    told = {key: value for key, value in values.items() if value != _DEFAULTS[key]}
    return {"coordinates": spell(polygon), **told}


def _shape(kind: Kind, name: str, values: Mapping[str, Any], size: Size | None) -> Shape:
    told = {key: values[key] for key in _OPTIONAL[kind] if values.get(key) is not None}
    if "objects" in told:
        objects = told["objects"]
        told["objects"] = (objects,) if isinstance(objects, str) else tuple(map(str, objects))
    polygon = relative(parse_polygon(values["coordinates"]), size)
    return Shape(name=name, kind=kind, polygon=polygon, **told)


def _size(section: Mapping[str, Any]) -> Size | None:
    width, height = (_below(section, ("detect", side)) for side in ("width", "height"))
    return Size(width, height) if isinstance(width, int) and isinstance(height, int) else None


def _below(section: Any, path: Path) -> Any:
    for name in path:
        section = section.get(name) if isinstance(section, Mapping) else None
    return section


def _problems(shape: Shape) -> Iterator[Problem]:
    corners = tuple(Point(round(x, DIGITS), round(y, DIGITS)) for x, y in shape.polygon)
    if not _NAME.fullmatch(shape.name):
        yield Problem("name", "a name is made of up to 64 letters, digits, '_' and '-'")
    if shape.friendly_name is not None and not shape.friendly_name.isprintable():
        yield Problem("friendly_name", "holds characters that can't be shown")
    if not all(label.isprintable() for label in shape.objects):
        yield Problem("objects", "holds characters that can't be shown")
    if not MIN_POINTS <= len(corners) <= MAX_CORNERS:
        yield Problem("corners", f"{MIN_POINTS} to {MAX_CORNERS} corners make a polygon")
    elif not all(0 <= value <= 1 for corner in corners for value in corner):
        yield Problem("corners", "a corner lies outside of the picture")
    elif len(set(corners)) < len(corners):
        yield Problem("corners", "two corners are at the same place")
    elif crosses_itself(corners):
        yield Problem("corners", "the outline crosses itself")
    elif area(corners) < _SMALLEST:
        yield Problem("corners", "the corners lie on one line")
