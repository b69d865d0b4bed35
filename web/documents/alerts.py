"""What watches found, and tracked objects of the past."""

from __future__ import annotations

from pydantic import Field

from frigate_ext.domain.look import AlertKind, AlertStatus, Feedback
from web.documents.base import Shape, Share, Time


class AlertDocument(Shape):
    """Something worth telling, with its evidence."""

    id: str
    kind: AlertKind
    status: AlertStatus = Field(description="`unverified` and `withdrawn` only of a watch with `fast_alert`.")
    job_id: str
    camera: str
    condition: str
    message: str
    reasoning: str
    time: Time
    frame_time: Time | None
    judged_by: str | None
    confidence: Share | None
    evidence: list[str] = Field(description="Addresses of the pictures.")
    full: str | None = Field(description="Address of the main stream's picture; it comes after the alert.")
    full_time: Time | None
    look_id: int | None
    acknowledged_at: Time | None
    feedback: Feedback | None
    note: str


class EventData(Shape):
    """What Frigate's clients read of an object; boxes are x, y, width, height as fractions of the frame."""

    type: str
    score: Share
    top_score: Share
    box: list[float] | None
    region: list[float] | None


class EventDocument(Shape):
    """A tracked object's life, as Frigate has it."""

    id: str
    camera: str
    label: str
    sub_label: str | None
    start_time: Time
    end_time: Time | None = Field(description="Null while the object is in view.")
    false_positive: bool | None
    zones: list[str]
    thumbnail: str = Field(description="Always empty; ask for `thumbnail.jpg`.")
    has_clip: bool
    has_snapshot: bool
    retain_indefinitely: bool
    plus_id: str | None
    model_hash: str | None
    detector_type: str | None
    model_type: str | None
    data: EventData


class EventGroupDocument(Shape):
    """Events of one day that are alike."""

    camera: str
    label: str
    sub_label: str | None
    day: str = Field(description="YYYY-MM-DD.")
    zones: list[str]
    count: int
