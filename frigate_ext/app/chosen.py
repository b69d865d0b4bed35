"""What a configuration says, in the terms of the parts that go by it."""

from __future__ import annotations

from pathlib import Path

from config import plain
from config.configuration import Config
from config.sections.access import Tls
from frigate_ext.app.front import Address, FrontSettings
from frigate_ext.domain.watch import WhenSpent
from frigate_ext.recorder import SnapshotSettings
from frigate_ext.retention import DAY
from genai.registry import chain
from genai.settings import JudgeSettings, ProviderSettings
from web.access import access_settings
from web.live.full_motion import Server, Streams

_DETECTOR_LOOKERS = 2


def judging(config: Config) -> tuple[list[ProviderSettings], JudgeSettings, WhenSpent]:
    """Who judges, how, and what follows when nothing is left to spend."""
    judge = config.frigate_ext.judge
    return plain.providers(config), plain.judge(judge), judge.when_spent


def lookers(providers: list[ProviderSettings], settings: JudgeSettings) -> int:
    """How many looks the judge takes at once."""
    first = chain(providers, settings)[0]
    return first.max_concurrent if first else _DETECTOR_LOOKERS


def undelivered(config: Config) -> float:
    """Seconds after which an alert that could not be delivered is given up."""
    return config.frigate_ext.retention.undelivered_days * DAY


def full_motion_server(config: Config) -> tuple[Server, str] | None:
    """Where browsers find cameras in full motion; None where nobody serves that."""
    section = config.frigate_ext.full_motion
    return (Server(section.server), section.url) if section else None


def full_motion_streams(config: Config) -> Streams:
    """Of each camera, by what people call them."""
    return {name: camera.live.streams for name, camera in config.cameras.items()}


def snapshots(config: Config) -> dict[str, SnapshotSettings]:
    """Of the cameras that keep any."""
    kept = {name: camera.snapshots for name, camera in config.cameras.items() if camera.snapshots.enabled}
    return {
        name: SnapshotSettings(section.height or SnapshotSettings().height, section.quality)
        for name, section in kept.items()
    }


def front(config: Config) -> FrontSettings:
    """Where people reach us, and who may come in."""
    own = config.frigate_ext
    address = Address(host=own.web.host, port=own.web.port, certificate=_certificate(own.tls))
    return FrontSettings(address=address, external_url=own.web.external_url, access=access_settings(own))


def _certificate(section: Tls) -> tuple[Path, Path] | None:
    """The files; None where the web server speaks plain HTTP."""
    if not (section.enabled and section.cert and section.key):
        return None
    return section.cert, section.key
