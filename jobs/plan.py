"""The values that pass between a job's policy and whoever carries out what it decides."""

from __future__ import annotations

import math
from dataclasses import dataclass

from frigate_ext.domain.look import LookReason
from frigate_ext.domain.watch import JobState, Phase
from jobs.trigger import Edge


@dataclass(frozen=True, slots=True)
class Scene:
    """What the newest facts say about a job's camera."""

    online: bool
    active: bool = False
    """A matching object is in view and moving."""
    frame_time: float = math.inf
    """Epoch s of the newest frame."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now. With neither `look` nor `expired`: wait until `at` (monotonic; inf: for an edge)."""

    phase: Phase | None
    """None while paused."""
    at: float = math.inf
    look: LookReason | None = None
    expired: bool = False
    due: float = math.inf
    """When the next look will be if nothing happens before (monotonic; inf: none)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A look that begins: why, and the edge whose frame is to be judged (None: the newest frame)."""

    reason: LookReason
    edge: Edge | None
    began: float = 0.0
    by_stand_in: bool = False
    """To be asked of who costs nothing, for there is nothing left to spend."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from a verdict."""

    alert: bool = False
    ended: JobState | None = None
