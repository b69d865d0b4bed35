"""The whole configuration, checked; nothing below the application ever sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.sections.camera import Camera
from config.sections.genai import Genai
from config.sections.mqtt import Mqtt
from config.sections.own import FrigateExt
from config.sections.ui import Ui
from frigate_ext.domain.watch import Watch


@dataclass(frozen=True)
class Config:
    """Safe to log: secrets show as asterisks."""

    mqtt: Mqtt
    cameras: Mapping[str, Camera]
    """Those that are enabled, with the global defaults merged in."""
    genai: Mapping[str, Genai]
    frigate_ext: FrigateExt
    ui: Ui
    watches: tuple[Watch, ...]
    ignored_keys: tuple[str, ...]
    """Keys that Frigate knows and we do not use; ``*`` stands for any name."""
