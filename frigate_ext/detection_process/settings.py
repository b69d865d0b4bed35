"""What a detection process is started with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path

from frigate_ext.bus.keys import NodeKeys
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
    main: StreamSettings | None = None
    """The stream that full pictures come from; None: there is none beside `stream`."""


class Change(Enum):
    """What it takes to work on a camera by other settings."""

    RULES = auto()
    """Nothing ends: zones, masks, filters, labels, neighbours or the main stream are other ones."""
    OBJECTS = auto()
    """Objects end and are found anew; the stream stays open."""
    STREAM = auto()
    """The stream is opened anew."""


def change_of(before: CameraSettings, after: CameraSettings) -> Change | None:
    """None where both are the same."""
    if before == after:
        return None
    if before.stream != after.stream:
        return Change.STREAM
    return Change.RULES if before.pipeline.keeps_tracks(after.pipeline) else Change.OBJECTS


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSettings:
    """A detection process is a function of this: more of them, here or on other hosts, take other cameras."""

    cameras: tuple[CameraSettings, ...]
    detector: DetectorSettings
    endpoint: str
    """The bus's base endpoint, or with `keys` the one for nodes."""
    keys: NodeKeys | None = None
    clock_ahead: int = 0
    """Milliseconds by which the main process's clock is ahead of this machine's."""
    cache: Path
    """Where detector weights and their exports are kept."""
    log_level: str = "info"
    ring_seconds: float = 10.0
    """How long a frame can be asked for."""
    ring_bytes: int = 512 << 20
    """Memory for the frames of all cameras together."""

    given_up: Mapping[str, float] = field(default_factory=dict)
    """Cameras of which no full pictures are made, until so many seconds of this machine's monotonic clock."""
    alone_seconds: float = 0.0
    """For so long at first frames go to the detector one by one: a crash then tells whose it is."""

    def suits(self, after: DetectionSettings) -> bool:
        """Whether a process that was started with this can go on by `after`."""
        changeable = {name: getattr(self, name) for name in ("cameras", "log_level", "ring_bytes")}
        return self == replace(after, **changeable)
