"""Cameras, and what they see."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from frigate_ext.domain.camera import CameraState
from web.documents.base import SeenDocument, Shape, SizeDocument, Time


class ZoneDocument(Shape):
    name: str
    friendly_name: str
    polygon: list[Annotated[list[float], Field(min_length=2, max_length=2)]] = Field(
        description="Corners as fractions of the frame."
    )


class ObjectDocument(SeenDocument):
    current_zones: list[str]
    stationary: bool


class CameraStatsDocument(Shape):
    camera_fps: float
    process_fps: float
    skipped_fps: float
    detection_fps: float
    inference_ms: float
    frames: int
    skipped: int
    reconnects: int
    reconnects_last_hour: int
    stalls_last_hour: int
    skips: dict[str, int]
    """By reason."""
    decoder: str


class CameraDocument(Shape):
    """A camera, how it is, and what it sees now."""

    name: str
    friendly_name: str
    labels: list[str]
    zones: list[ZoneDocument]
    state: CameraState
    detail: str
    time: Time | None
    frame_time: Time | None
    size: SizeDocument | None
    objects: list[ObjectDocument]
    stats: CameraStatsDocument | None
