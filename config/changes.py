"""What is different between two configurations, and what of that waits for the next start. Decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from config import plain
from config.configuration import Config
from config.detection import detection_settings, known_keys, sharing
from frigate_ext.detection_process import CameraSettings
from frigate_ext.detection_process.settings import Change, change_of

_OF_CAMERA: Mapping[Change | None, str] = {
    Change.STREAM: "its stream is opened anew",
    Change.OBJECTS: "its objects are found anew",
    Change.RULES: "other zones, masks, labels, filters or main stream",
    None: "another name, or other pictures",
}
LIVE: Mapping[str, Callable[[Config], object]] = {
    "mqtt": lambda config: (config.mqtt, config.frigate_ext.mqtt, config.frigate_ext.topic_prefix),
    "judge": lambda config: (plain.providers(config), config.frigate_ext.judge),
    "detector": lambda config: config.frigate_ext.model,
    "detection": lambda config: (sharing(config), known_keys(config)),
    "web address": lambda config: (config.frigate_ext.web.host, config.frigate_ext.web.port),
    "external_url": lambda config: config.frigate_ext.web.external_url,
    "tls": lambda config: config.frigate_ext.tls,
    "auth": lambda config: (config.frigate_ext.auth, config.frigate_ext.proxy),
    "full_motion": lambda config: config.frigate_ext.full_motion,
    "push": lambda config: config.frigate_ext.push,
    "timezone": lambda config: config.ui.timezone,
    "retention": lambda config: config.frigate_ext.retention,
    "full_pictures": lambda config: config.frigate_ext.full_pictures,
    "log_level": lambda config: config.frigate_ext.log_level,
}
"""Parts, beside cameras and watches, that go on by other settings while everything runs."""
NEXT_START: Mapping[str, Callable[[Config], object]] = {
    "frigate_ext.data_dir": lambda config: config.frigate_ext.data_dir,
    "frigate_ext.bus": lambda config: config.frigate_ext.bus,
}
"""Keys that are read once, at a start."""


@dataclass(frozen=True, slots=True)
class Changes:
    """For people."""

    live: tuple[str, ...] = ()
    """What becomes different at once: `camera porch: added`."""
    next_start: tuple[str, ...] = ()
    """Keys that are different from what the program was started with, and wait."""


def changes(started: Config, before: Config, after: Config) -> Changes:
    """From what holds to what shall hold; `started` is what the program was started with."""
    parts = (name for name, of in LIVE.items() if of(before) != of(after))
    return Changes(
        live=(*_of_cameras(before, after), *_of_watches(before, after), *parts),
        next_start=tuple(name for name, of in NEXT_START.items() if of(started) != of(after)),
    )


def _of_cameras(before: Config, after: Config) -> Iterator[str]:
    was, now = _detected(before), _detected(after)
    for name in {**was, **now}:
        if name not in was:
            yield f"camera {name}: added"
        elif name not in now:
            yield f"camera {name}: removed"
        elif (change := change_of(was[name], now[name])) or before.cameras[name] != after.cameras[name]:
            yield f"camera {name}: {_OF_CAMERA[change]}"


def _detected(config: Config) -> dict[str, CameraSettings]:
    return {one.name: one for one in detection_settings(config, "", Path()).cameras}


def _of_watches(before: Config, after: Config) -> Iterator[str]:
    was = {watch.name: watch for watch in before.watches}
    now = {watch.name: watch for watch in after.watches}
    for name in {**was, **now}:
        if name not in was or name not in now:
            yield f"watch {name}: {'added' if name in now else 'removed'}"
        elif was[name] != now[name]:
            yield f"watch {name}: changed"
