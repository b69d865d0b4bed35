"""A tracked object's life, as stored."""

from __future__ import annotations

from dataclasses import dataclass

from frigate_ext.domain.geometry import Box, Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Times are epoch seconds; `id` is the tracked object's."""

    id: str
    camera: str
    label: str
    start_time: float
    end_time: float | None = None
    """None while the object is in view."""
    top_score: float
    """Best median score so far, 0..1."""
    zones: tuple[str, ...] = ()
    """Every zone it has been in, in order of entry."""
    snapshot_time: float | None = None
    """Frame time of the snapshot; None where there is none."""
    snapshot_box: Box | None = None
    """Where the object is in the snapshot, in pixels of `frame_size`."""
    frame_size: Size | None = None
    """Of the detect frame that the snapshot is of."""
