"""What a detection process is started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from frigate_ext.capture.settings import StreamSettings
from frigate_ext.detect.detector import DetectorSettings
from frigate_ext.pipeline import PipelineSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSettings:
    name: str
    stream: StreamSettings
    pipeline: PipelineSettings
    neighbours: frozenset[str] = frozenset()
    """Cameras whose events bring this one to full rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSettings:
    """A detection process is a function of this: more of them, here or on other hosts, take other cameras."""

    cameras: tuple[CameraSettings, ...]
    detector: DetectorSettings
    endpoint: str
    """The bus's base endpoint."""
    processes: int = 1
    """How many of this machine share the cameras."""
    cache: Path
    """Where detector weights and their exports are kept."""
    log_level: str = "info"
    ring_seconds: float = 10.0
    """How long a frame can be asked for."""
    ring_bytes: int = 512 << 20
    """Memory for the frames of all cameras together."""
