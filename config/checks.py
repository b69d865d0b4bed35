"""What no field can see alone: sections that contradict each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from config.plain import judge, provider
from config.sections.access import OUR_ROLES
from config.sections.camera import Camera, Filter
from config.sections.coordinates import Polygon, in_pixels
from config.sections.genai import Genai
from config.sections.own import FrigateExt, Judge, Web, is_loopback
from config.tree import Entry, Sequence, is_off
from config.tree import Mapping as Tree
from config.tree import plain as plain_value
from frigate_ext.capture.url import mask_url
from frigate_ext.errors import JudgeMisconfiguredError
from genai.registry import chain, check
from genai.settings import Provider

Finding = tuple[tuple[str | int, ...], str]
"""A path below the section, and what is wrong there."""


def check_own(root: Tree) -> Iterator[Finding]:
    """Contradictions of `frigate_ext` with the rest, also where parts of it are wrong otherwise."""
    own = root.mapping("frigate_ext")
    theirs = (root.mapping("mqtt").text("topic_prefix") or "frigate").strip("/")
    if (own.text("topic_prefix") or FrigateExt().topic_prefix) == theirs:
        yield ("topic_prefix",), "topic_prefix: is Frigate's own; on one broker each would hear the other"
    if is_off(own.mapping("auth")) and not is_loopback(own.mapping("web").text("host") or Web().host):
        message = "enabled: false is only allowed where frigate_ext.web.host is a loopback address"
        yield ("auth", "enabled"), message
    yield from _check_roles(own, root.mapping("cameras").entries.keys())
    yield from _check_nodes(own.mapping("detection").mapping("nodes"), root.mapping("cameras").entries.keys())
    yield from _check_streams(own.mapping("streams"), root.mapping("cameras").entries.keys())


def _check_streams(streams: Tree, cameras: Collection[str]) -> Iterator[Finding]:
    for camera in streams.entries:
        if camera not in cameras:
            yield ("streams", camera), f"streams: there is no camera '{camera}'"
        match streams.mapping(camera).entries.get("neighbours"):
            case Entry(value=Sequence(items=items)):
                for index, item in enumerate(items):
                    if plain_value(item) not in cameras:
                        yield ("streams", camera, "neighbours", index), "neighbours: there is no such camera"


def _check_nodes(nodes: Tree, cameras: Collection[str]) -> Iterator[Finding]:
    for name in nodes.entries:
        match nodes.mapping(name).entries.get("cameras"):
            case Entry(value=Sequence(items=items)):
                for index, item in enumerate(items):
                    if plain_value(item) not in cameras:
                        path = ("detection", "nodes", name, "cameras", index)
                        yield path, "cameras: there is no such camera"


def _check_roles(own: Tree, cameras: Collection[str]) -> Iterator[Finding]:
    """A proxy's roles that nobody has described, and cameras that none of them could see."""
    roles, proxy = own.mapping("auth").mapping("roles").entries, own.mapping("proxy")
    for role, entry in roles.items():
        for camera in entry.value.items if isinstance(entry.value, Sequence) else ():
            if plain_value(camera) not in cameras:
                yield ("auth", "roles", role), "roles: there is no such camera"
    known = {*OUR_ROLES, *roles}
    if (default := proxy.text("default_role")) and default not in known:
        yield ("proxy", "default_role"), f"default_role: there is no role '{default[:100]}'"
    for role in proxy.mapping("header_map").mapping("role_map").entries.keys() - known:
        yield ("proxy", "header_map", "role_map", role), f"role_map: there is no role '{role[:100]}'"


def check_provider(name: str, section: Genai, root: Tree) -> Iterator[Finding]:
    """What is wrong with where a provider is, or with the cameras it may be shown."""
    try:
        check(provider(name, section))
    except JudgeMisconfiguredError as error:
        yield ("provider_options" if section.provider is Provider.GGUF else "base_url",), str(error)
    cameras = root.mapping("cameras").entries
    for index, camera in enumerate(section.cameras or ()):
        if camera not in cameras:
            yield ("cameras", index), f"cameras: there is no camera '{mask_url(camera[:100])}'"


def check_judge(sections: Mapping[str, Genai], own: Judge) -> Iterator[Finding]:
    """Contradictions of `frigate_ext.judge` with the providers."""
    try:
        chain([provider(name, section) for name, section in sections.items()], judge(own))
    except JudgeMisconfiguredError as error:
        yield ("judge", "fallback"), str(error)


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
