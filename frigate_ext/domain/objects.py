"""What a detector finds in one frame, and what a tracker makes of it over time."""

from __future__ import annotations

from dataclasses import dataclass

from frigate_ext.domain.geometry import Box


@dataclass(frozen=True, slots=True)
class Detection:
    """A label with its box in one frame; `score` is 0..1."""

    label: str
    score: float
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedObject:
    """The same thing over frames. Field names and meanings are Frigate's."""

    id: str
    """`<epoch seconds>-<6 of a-z0-9>`, unique across restarts."""
    camera: str
    label: str
    frame_time: float
    """Epoch s of the last frame it was *seen* in: older than the message's when temporarily lost."""
    start_time: float
    end_time: float | None = None
    """Set once, in the last message that carries the object."""
    score: float
    """0..1 in this frame; 0 when it was not seen."""
    computed_score: float
    """Median of its last 10 scores."""
    top_score: float
    """Best median so far."""
    false_positive: bool
    """True until the median reaches the label's `threshold`; then false for ever."""
    box: Box
    active: bool
    """Real and not stationary."""
    stationary: bool
    motionless_count: int
    """Frames since it last moved."""
    position_changes: int
    current_zones: tuple[str, ...] = ()
    entered_zones: tuple[str, ...] = ()
    """Every zone it has been in, in order of entry."""
    pending_loitering: bool = False

    @property
    def is_real(self) -> bool:
        """Believed, and still there."""
        return not self.false_positive and self.end_time is None

    @property
    def is_seen(self) -> bool:
        """In this frame for the eye to see, not only followed through it."""
        return self.score > 0
