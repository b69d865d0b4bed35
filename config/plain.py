"""From sections to the plain values that everything below the application takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from config.configuration import Config
from config.hwaccel import acceleration
from config.sections import camera as sections
from config.sections.coordinates import relative
from config.sections.genai import Genai
from config.sections.own import Judge, Stream
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.domain.camera import Camera, Zone
from frigate_ext.domain.filters import LabelFilter, Polygon
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.watch import Watch
from frigate_ext.notify.settings import MqttSettings
from frigate_ext.notify.webpush import PushSettings
from frigate_ext.notify.webpush_key import load_push_key
from frigate_ext.notify.webpush_services import PushServices
from frigate_ext.retention import Limits
from frigate_ext.zones import ZoneRule
from genai.budget import BudgetLimits
from genai.locality import usual_timeouts
from genai.settings import JudgeSettings, ProviderSettings

_PROTOCOL = {"3.1.1": 4, "5": 5}


def cameras(config: Config) -> dict[str, Camera]:
    """Every camera that is detected on, by name, as jobs, judges and pages see it."""
    return watchable(config.cameras)


def watchable(cameras: Mapping[str, sections.Camera]) -> dict[str, Camera]:
    """The cameras among the sections that a watch can be set on."""
    return {name: _camera(name, section) for name, section in cameras.items() if section.detect.enabled}


def _camera(name: str, section: sections.Camera) -> Camera:
    """One camera, its polygons made relative."""
    size = section.detect.size
    zones = tuple(
        Zone(zone_name, zone.friendly_name or _spoken(zone_name), relative(zone.coordinates, size))
        for zone_name, zone in section.zones.items()
        if zone.enabled
    )
    return Camera(name, section.friendly_name or _spoken(name), section.objects.track, zones)


def _spoken(name: str) -> str:
    """`front_door` as people say it, like Frigate."""
    return name.replace("_", " ").title()


def stream(config: Config, camera: str) -> StreamSettings:
    """How the camera's detect stream is opened; its `url` holds the credentials."""
    section = config.cameras[camera]
    return StreamSettings(
        url=section.stream.get_secret_value(),
        max_fps=float(section.detect.fps),
        size=section.detect.size,
        acceleration=acceleration(section.hwaccel_args),
        **_own_stream(config, camera).model_dump(exclude={"neighbours", "full_pictures"}),
    )


def main_stream(config: Config, camera: str) -> StreamSettings | None:
    """The stream that full pictures come from; its `url` holds the credentials. None where there is none."""
    path, own = config.cameras[camera].main_stream, _own_stream(config, camera)
    wanted = config.frigate_ext.full_pictures if own.full_pictures is None else own.full_pictures
    return StreamSettings(url=path.get_secret_value(), loop=own.loop) if path and wanted else None


def main_streams(config: Config) -> frozenset[str]:
    """The cameras whose alerts get full pictures."""
    return frozenset(name for name in cameras(config) if main_stream(config, name))


def neighbours(config: Config, camera: str) -> frozenset[str]:
    """Cameras whose events bring this one to full rate."""
    return frozenset(_own_stream(config, camera).neighbours)


def _own_stream(config: Config, camera: str) -> Stream:
    return config.frigate_ext.streams.get(camera, Stream())


def label_filters(section: sections.Camera) -> dict[str, LabelFilter]:
    """One for every tracked label; the mask of `objects` counts for all of them."""
    size, written = section.detect.size, section.objects.filters
    common = _relative(section.objects.mask, size)
    return {
        label: _label_filter(written.get(label, sections.Filter()), size, common)
        for label in section.objects.track
    }


def zone_rules(section: sections.Camera) -> tuple[ZoneRule, ...]:
    """The enabled zones, in the order of the files."""
    size = section.detect.size
    return tuple(
        ZoneRule(
            name=name,
            polygon=relative(zone.coordinates, size),
            inertia=zone.inertia,
            loitering_time=float(zone.loitering_time),
            objects=zone.objects,
            filters={label: _label_filter(item, size) for label, item in zone.filters.items()},
        )
        for name, zone in section.zones.items()
        if zone.enabled
    )


def motion_masks(section: sections.Camera) -> tuple[Polygon, ...]:
    """Where motion does not count; relative polygons."""
    return _relative(section.motion.mask, section.detect.size)


def _label_filter(item: sections.Filter, size: Size | None, mask: tuple[Polygon, ...] = ()) -> LabelFilter:
    return LabelFilter(**item.model_dump(exclude={"mask"}), mask=mask + _relative(item.mask, size))


def _relative(polygons: tuple[Polygon, ...], size: Size | None) -> tuple[Polygon, ...]:
    return tuple(relative(polygon, size) for polygon in polygons)


def watches(config: Config) -> list[Watch]:
    """All of `watches`, in the order of the files."""
    return list(config.watches)


def time_zone(config: Config) -> tzinfo | None:
    """What schedules are in; None: the machine's own."""
    return ZoneInfo(config.ui.timezone) if config.ui.timezone else None


def mqtt(config: Config, external_url: str) -> MqttSettings | None:
    """The broker, None without one; `external_url` is where people reach us."""
    section = config.mqtt
    if not section.enabled:
        return None
    return MqttSettings(
        **section.model_dump(exclude={"enabled", "user", "password"}),
        user=reveal(section.user),
        password=reveal(section.password),
        protocol=_PROTOCOL[config.frigate_ext.mqtt.version],
        topic_prefix=config.frigate_ext.topic_prefix,
        external_url=external_url,
    )


def push(config: Config, external_url: str, data_dir: Path) -> PushSettings | None:
    """How phones are told, None where they are not; makes the key at the first time, in `data_dir`.

    Raises ConfigError.
    """
    own = config.frigate_ext
    if not own.push.enabled:
        return None
    https = external_url if external_url.startswith("https:") else "mailto:nobody@example.invalid"
    return PushSettings(
        key=load_push_key(data_dir),
        contact=f"mailto:{own.push.email}" if own.push.email else https,
        services=PushServices(own.push.services),
        cameras={name: camera.friendly_name for name, camera in cameras(config).items()},
        anonymous=not own.auth.enabled,
    )


def providers(config: Config) -> list[ProviderSettings]:
    """All of `genai`, in the order of the files; keys are in the clear."""
    return [provider(name, section) for name, section in config.genai.items()]


def provider(name: str, section: Genai) -> ProviderSettings:
    """One of `genai`, with its key in the clear."""
    options = section.runtime_options
    settings = ProviderSettings(
        name=name,
        provider=section.provider,
        base_url=reveal(section.base_url),
        api_key=reveal(section.api_key),
        model=section.model,
        roles=section.roles,
        provider_options=section.provider_options,
        max_concurrent=options.max_concurrent,
        connect_timeout=options.connect_timeout,
        request_options=options.model_extra or {},
        cameras=None if section.cameras is None else frozenset(section.cameras),
        budget=BudgetLimits(**section.budget.model_dump()),
    )
    read, total = usual_timeouts(settings)
    return replace(
        settings, read_timeout=options.read_timeout or read, total_timeout=options.total_timeout or total
    )


def judge(section: Judge) -> JudgeSettings:
    """What the judges are to do together."""
    return JudgeSettings(
        fallback=section.fallback,
        allow_remote_fallback=section.allow_remote_fallback,
        try_out=section.try_out,
        budget=BudgetLimits(**section.budget.model_dump()),
    )


def retention(config: Config) -> Limits:
    """How long things are kept, and how much room they may take."""
    return Limits(**config.frigate_ext.retention.model_dump(exclude={"undelivered_days"}))


def reveal(secret: SecretStr | None) -> str | None:
    """What a secret hides; for whoever has to send it."""
    return secret.get_secret_value() if secret is not None else None
