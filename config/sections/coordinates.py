"""Polygons as Frigate writes them: ``"x,y,x,y..."`` or a list, in fractions of the frame or in pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from frigate_ext.domain.geometry import Point, Size

Polygon = tuple[Point, ...]
MIN_POINTS = 3
MAX_POINTS = 1000


def parse_polygon(value: Any) -> Polygon:
    """Raises ValueError for anything but at least three points of finite, non-negative numbers."""
    if isinstance(value, tuple):
        return value
    numbers = [_number(part) for part in _parts(value)]
    if len(numbers) % 2:
        raise ValueError("a polygon needs pairs of x and y; one number is left over")
    if not MIN_POINTS <= len(numbers) // 2 <= MAX_POINTS:
        raise ValueError(f"a polygon needs {MIN_POINTS} to {MAX_POINTS} points: x,y,x,y,x,y...")
    return tuple(Point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, str):
        return value.split(",")
    if isinstance(value, list):
        return [part for item in value for part in _parts(item)]
    return [value]


def _number(part: Any) -> float:
    try:
        number = math.nan if isinstance(part, bool) else float(part)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise ValueError("a polygon is written as numbers: x,y,x,y,x,y...")
    return number


def in_pixels(polygon: Polygon) -> bool:
    """Whether it is in pixels of the detect frame, as old files have it: some number is above 1."""
    return any(x > 1 or y > 1 for x, y in polygon)


def relative(polygon: Polygon, size: Size | None) -> Polygon:
    """The polygon in fractions 0..1 of a detect frame; one in pixels needs its `size`, and is cut to it."""
    if not in_pixels(polygon):
        return polygon
    if size is None:
        raise ValueError("a polygon in pixels needs detect.width and detect.height")
    return tuple(Point(min(1.0, x / size.width), min(1.0, y / size.height)) for x, y in polygon)


def parse_masks(value: Any) -> tuple[Polygon, ...]:
    """Named masks (those enabled), or one polygon, or a list of them, as older files have it."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, Mapping):
        return tuple(parse_polygon(mask["coordinates"]) for mask in value.values() if _is_drawn(mask))
    if isinstance(value, list) and all(isinstance(item, str | list) for item in value):
        return tuple(parse_polygon(item) for item in value if item)
    return (parse_polygon(value),) if value else ()


def _is_drawn(mask: Any) -> bool:
    if not isinstance(mask, Mapping):
        raise ValueError("a mask is a mapping with coordinates")  # noqa: TRY004 - pydantic collects ValueErrors
    return mask.get("enabled", True) is not False and bool(mask.get("coordinates"))


def spell(polygon: Polygon) -> str:
    """The polygon as Frigate writes it."""
    return ",".join(f"{x:g},{y:g}" for x, y in polygon)


Coordinates = Annotated[Polygon, BeforeValidator(parse_polygon), PlainSerializer(spell, when_used="json")]
Masks = Annotated[
    tuple[Polygon, ...],
    BeforeValidator(parse_masks),
    PlainSerializer(lambda masks: [spell(mask) for mask in masks], when_used="json"),
]
