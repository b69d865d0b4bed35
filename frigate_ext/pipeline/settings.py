"""How one camera's objects are found and followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from frigate_ext.detect.motion import MotionSettings
from frigate_ext.domain.filters import LabelFilter
from frigate_ext.track.choice import TrackerKind
from frigate_ext.zones import ZoneRule


@dataclass(frozen=True, slots=True, kw_only=True)
class StationarySettings:
    """Frigate's `detect.stationary`. Counts are frames at full rate.

    They stand for time, and go by the frames' own: of a quiet stream, or under overload, fewer frames come.
    """

    threshold: int = 50
    """Motionless frames after which an object is stationary."""
    interval: int = 50
    """Frames after which stationary objects are looked for again though nothing moves."""
    max_frames: Mapping[str, int] = field(default_factory=dict)
    """By label: frames an object may be stationary before it is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSettings:
    """One camera's detection."""

    camera: str
    labels: tuple[str, ...] = ("person",)
    """What is tracked."""
    filters: Mapping[str, LabelFilter] = field(default_factory=dict)
    """By label; a label without one gets the defaults."""
    zones: tuple[ZoneRule, ...] = ()
    motion: MotionSettings = field(default_factory=MotionSettings)
    """With motion disabled, the detector looks at every frame."""
    fps: float = 5.0
    """The full rate."""
    min_initialized: int = 2
    """An object must have been seen in more frames than this."""
    max_disappeared: int = 25
    """An object ends that was missed in more frames than this.

    Both count frames that were looked at, however long that took: they are evidence, which time is not.
    """
    stationary: StationarySettings = field(default_factory=StationarySettings)
    tracker: TrackerKind = "own"

    def keeps_tracks(self, after: PipelineSettings) -> bool:
        """Whether objects can stay who they are under other settings."""
        return _of_tracker(self) == _of_tracker(after)


def _of_tracker(settings: PipelineSettings) -> tuple[object, ...]:
    return settings.tracker, settings.fps, settings.min_initialized, settings.max_disappeared
