"""What is known of one frame: before the detector has looked, and when all is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from frigate_ext.detect.shot import Shot
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import Detection, TrackedObject
from frigate_ext.track.tracker import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is known of a frame before the detector has looked."""

    frame: Frame
    shots: tuple[Shot, ...] | None
    """What it shall look at; None: there is no reason to."""
    motion: tuple[Box, ...]
    spared: Mapping[int, Track]
    """Tracks, by serial, that are taken to be where they were if they aren't seen."""
    ended: tuple[TrackedObject, ...]
    passed: float
    """Frames at full rate since the last one."""
    is_calm: bool
    """Whether there is no reason to look, other than that it may be time to search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What came of one frame."""

    objects: tuple[TrackedObject, ...]
    """All there are; those that ended with this frame come once more, with `end_time`."""
    motion: tuple[Box, ...]
    detected: bool
    """Whether the detector looked."""
    inference_seconds: float
    found: tuple[Detection, ...] = ()
    """What the detector found where it looked."""
    settled: bool = False
    """Whether the next frame is of no more interest than any: nothing moves, all that there is rests."""
