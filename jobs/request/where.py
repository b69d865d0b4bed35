"""Where a watch looks and for what: the camera, labels and zones as the configuration knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frigate_ext.domain.camera import Camera
from jobs.request.values import Refused, choices, names_of, quoted


def camera(cameras: Mapping[str, Camera], value: Any) -> Camera:
    """The camera of that name or friendly name, in any case."""
    if not isinstance(value, str) or not value:
        raise Refused(f"say which camera: {choices(cameras)}", "bad_camera")
    if value in cameras:
        return cameras[value]
    folded = value.casefold()
    for camera in cameras.values():
        if folded in {camera.name.casefold(), camera.friendly_name.casefold()}:
            return camera
    raise Refused(f"there is no camera {quoted(value)}; there is {choices(cameras)}", "unknown_camera")


def labels(camera: Camera | None, value: Any) -> tuple[str, ...]:
    """As the camera tracks them, each once; without a camera, as they are written."""
    known = {label.casefold(): label for label in camera.labels} if camera else {}
    names = names_of(value, "bad_labels")
    for name in names if camera else ():
        if name.casefold() not in known:
            tracked = choices(known.values())
            raise Refused(f"this camera does not track {quoted(name)}; it tracks {tracked}", "unknown_label")
    return tuple(dict.fromkeys(known.get(name.casefold(), name) for name in names))


def zones(camera: Camera | None, value: Any) -> tuple[str, ...]:
    """Names of the camera's zones, which may be given by friendly name; each once."""
    known: dict[str, str] = {}
    for zone in camera.zones if camera else ():
        known.setdefault(zone.friendly_name.casefold(), zone.name)
    for zone in camera.zones if camera else ():
        known[zone.name.casefold()] = zone.name
    names = names_of(value, "bad_zones")
    for name in names if camera else ():
        if name.casefold() not in known:
            there = choices(dict.fromkeys(known.values()))
            raise Refused(f"this camera has no zone {quoted(name)}; it has {there}", "unknown_zone")
    return tuple(dict.fromkeys(known.get(name.casefold(), name) for name in names))
