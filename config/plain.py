"""From sections to the plain values that everything below the application takes."""

from __future__ import annotations

from pydantic import SecretStr

from config.configuration import Config
from config.sections import camera as sections
from config.sections.coordinates import relative
from config.sections.genai import Genai
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.domain.camera import Camera, Zone
from frigate_ext.domain.filters import LabelFilter, Polygon
from frigate_ext.domain.geometry import Size
from frigate_ext.zones import ZoneRule
from genai.settings import ProviderSettings


def cameras(config: Config) -> dict[str, Camera]:
    """Every enabled camera by name, as jobs, judges and pages see it."""
    return {name: domain_camera(name, section) for name, section in config.cameras.items()}


def domain_camera(name: str, section: sections.Camera) -> Camera:
    """One camera; a polygon in pixels needs a detect size (`config.checks` sees to it)."""
    size = section.detect.size
    zones = tuple(
        Zone(
            zone_name,
            zone.friendly_name or _spoken(zone_name),
            relative(zone.coordinates, size),
        )
        for zone_name, zone in section.zones.items()
        if zone.enabled
    )
    return Camera(name, section.friendly_name or _spoken(name), tuple(section.objects.track), zones)


def _spoken(name: str) -> str:
    """`front_door` as people say it, like Frigate."""
    return name.replace("_", " ").title()


def stream(config: Config, camera: str) -> StreamSettings:
    """How the camera's detect stream is opened; its `url` holds the credentials."""
    section, own = config.cameras[camera], config.frigate_ext.streams.get(camera)
    url, fps, size = section.stream.get_secret_value(), float(section.detect.fps), section.detect.size
    if own is None:
        return StreamSettings(url=url, max_fps=fps, size=size, loop=True)
    return StreamSettings(
        url=url,
        max_fps=fps,
        size=size,
        kind=own.kind,
        snapshot_interval=own.snapshot_interval,
        loop=own.loop,
    )


def label_filters(section: sections.Camera) -> dict[str, LabelFilter]:
    """A filter for every tracked label; the camera's own object mask applies to all of them."""
    size = section.detect.size
    common = _relative_all(section.objects.mask, size)
    filters = section.objects.filters
    return {
        label: _label_filter(filters.get(label, sections.Filter()), size, common)
        for label in section.objects.track
    }


def zone_rules(section: sections.Camera) -> tuple[ZoneRule, ...]:
    """The enabled zones, in the order of the file."""
    size = section.detect.size
    return tuple(
        ZoneRule(
            name=name,
            polygon=relative(zone.coordinates, size),
            inertia=zone.inertia,
            loitering_time=float(zone.loitering_time),
            objects=tuple(zone.objects),
            filters={label: _label_filter(item, size) for label, item in zone.filters.items()},
        )
        for name, zone in section.zones.items()
        if zone.enabled
    )


def motion_masks(section: sections.Camera) -> tuple[Polygon, ...]:
    """Where motion does not count; relative polygons."""
    return _relative_all(section.motion.mask, section.detect.size)


def _label_filter(item: sections.Filter, size: Size | None, mask: tuple[Polygon, ...] = ()) -> LabelFilter:
    values = item.model_dump(exclude={"mask"})
    return LabelFilter(**values, mask=mask + _relative_all(item.mask, size))


def _relative_all(polygons: tuple[Polygon, ...], size: Size | None) -> tuple[Polygon, ...]:
    return tuple(relative(polygon, size) for polygon in polygons)


def providers(config: Config) -> list[ProviderSettings]:
    """All of `genai`, in the order of the file; keys are in the clear."""
    return [provider(name, section) for name, section in config.genai.items()]


def provider(name: str, section: Genai) -> ProviderSettings:
    """One of `genai`, with its key in the clear."""
    options = section.runtime_options
    return ProviderSettings(
        name=name,
        provider=section.provider,
        base_url=reveal(section.base_url),
        api_key=reveal(section.api_key),
        model=section.model,
        roles=section.roles,
        provider_options=section.provider_options,
        max_concurrent=options.max_concurrent,
        connect_timeout=options.connect_timeout,
        read_timeout=options.read_timeout,
        total_timeout=options.total_timeout,
        request_options=options.model_extra or {},
    )


def reveal(secret: SecretStr | None) -> str | None:
    """What a secret hides; for whoever has to send it."""
    return secret.get_secret_value() if secret is not None else None
