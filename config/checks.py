"""What no field can see alone: sections that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.sections.camera import Camera, Filter
from config.sections.coordinates import Polygon, in_pixels

Finding = tuple[tuple[str | int, ...], str]
"""A path below the section, and what is wrong there."""


def check_camera(camera: Camera) -> Iterator[Finding]:
    """Contradictions within one camera."""
    detect = camera.detect
    if (detect.width is None) != (detect.height is None):
        side = "height" if detect.width is None else "width"
        yield ("detect", side), f"{side}: width and height go together; give both or none"
    elif detect.size is None:
        for path, polygons in _polygons(camera):
            if any(map(in_pixels, polygons)):
                yield path, f"{path[-1]}: is in pixels, which needs detect.width and detect.height"
    for name, zone in camera.zones.items():
        for label in sorted(set(zone.objects) - set(camera.objects.track)):
            tracked = ", ".join(camera.objects.track)
            yield ("zones", name, "objects"), f"objects: '{label}' is not tracked here; tracked are {tracked}"


def _polygons(camera: Camera) -> Iterator[tuple[tuple[str, ...], tuple[Polygon, ...]]]:
    yield ("motion", "mask"), camera.motion.mask
    yield ("objects", "mask"), camera.objects.mask
    yield from _filter_masks(("objects", "filters"), camera.objects.filters)
    for name, zone in camera.zones.items():
        yield ("zones", name, "coordinates"), (zone.coordinates,)
        yield from _filter_masks(("zones", name, "filters"), zone.filters)


def _filter_masks(
    path: tuple[str, ...], filters: Mapping[str, Filter]
) -> Iterator[tuple[tuple[str, ...], tuple[Polygon, ...]]]:
    for label, item in filters.items():
        yield (*path, label, "mask"), item.mask
