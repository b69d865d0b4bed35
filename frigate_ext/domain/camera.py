"""What everybody may know about a camera: its name, its zones, its labels and how it is doing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

from frigate_ext.domain.geometry import Point


class CameraState(StrEnum):
    """How a camera is doing; anything but ONLINE means that its frames say nothing about *now*."""

    STARTING = "starting"
    """Not heard from yet, or being opened for the first time."""
    ONLINE = "online"
    """Frames arrive."""
    OFFLINE = "offline"
    """The stream can't be opened or has ended; being reconnected."""
    STALLED = "stalled"
    """Connected, but packets or the stream's time stand still; being reconnected."""
    QUARANTINED = "quarantined"
    """Its detection process crashed repeatedly, or hung, working on it; left out for a while."""


class SkipReason(StrEnum):
    """Why a frame that was due has not been detected on."""

    IDLE = "idle"
    """Not decoded: nothing moves, and the key frames are watched."""
    QUIET = "quiet"
    """The machine is overloaded, and other cameras needed it more."""
    LATE = "late"
    """Replaced by a newer one before detection came to it."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A named part of the picture. `polygon` is relative: fractions 0..1 of the detect frame."""

    name: str
    friendly_name: str
    polygon: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera as jobs, judges and pages see it. `labels` are those it tracks."""

    name: str
    friendly_name: str
    labels: tuple[str, ...]
    zones: tuple[Zone, ...]


def phase(camera: str) -> float:
    """From 0 to 1, for what every camera does once in a while: by name, lest all do it at one moment."""
    return crc32(camera.encode()) / 2**32
