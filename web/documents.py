"""What the replies look like, for the API's description.

The documents themselves are made in `frigate_ext.domain.document` and by views; tests hold them against this.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel

from config.reload import ReloadState
from frigate_ext.domain.account import Role
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.look import AlertKind, AlertStatus, Feedback, LookReason, LookState
from frigate_ext.domain.verdict import Answer
from frigate_ext.domain.watch import Crop, JobState, Mode, Origin, Phase, WhenSpent
from frigate_ext.runtime.health import PartState
from genai.known import Answer as KnownAnswer
from genai.known import Learned

T = TypeVar("T")

Time = Annotated[float, Field(description="Epoch seconds.")]
Seconds = Annotated[float, Field(description="A duration in seconds.")]
Share = Annotated[float, Field(ge=0, le=1)]
BoxXyxy = Annotated[
    list[float], Field(min_length=4, max_length=4, description="x1, y1, x2, y2 in detect pixels.")
]


class Shape(BaseModel):
    """Describes and is never filled: every field of a document is always there."""

    model_config = ConfigDict(json_schema_mode_override="serialization")


class Listed(Shape, Generic[T]):
    """A page of a list, newest first."""

    items: list[T]
    next: str | None = Field(description="Pass it as `cursor` for the page after; null on the last.")


class FieldError(Shape):
    field: str
    message: str
    line: int | None = Field(None, description="In a text of several lines; from 1.")
    column: int | None = None


class ProblemDocument(Shape):
    """An error (RFC 9457). `code` is a stable word for programs, `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] = Field(description="The fields that are wrong, all of them at once.")


class SizeDocument(Shape):
    width: int
    height: int


class VerdictDocument(Shape):
    verdict: Answer
    confidence: Share
    reasoning: str
    text_seen: str = Field(description="Writing in the picture: what strangers wrote.")
    frame_time: Time
    judged_by: str


class TrialDocument(Shape):
    """What the judge says of the camera's newest frame; nothing follows from it."""

    verdict: VerdictDocument
    model: str
    latency: Seconds
    tokens: int | None = Field(description="Null where the provider does not say.")
    pictures: list[str] = Field(description="What the judge was shown: JPEGs in base64, the judged one last.")


class ConfirmDocument(Shape):
    k: int
    n: int


class WindowDocument(Shape):
    days: list[str]
    from_: str = Field(alias="from", description="HH:MM, local time.")
    to: str


class LimitsDocument(Shape):
    min_interval: Seconds
    max_interval: Seconds
    looks_per_minute: int | None
    looks_per_hour: int
    looks_per_day: int | None
    tokens_per_day: int | None
    alerts_per_hour: int
    when_spent: WhenSpent | None = Field(description="Null: as configured for all watches.")


class UsageDocument(Shape):
    used: int
    limit: int | None = Field(description="Null: no limit.")
    frees_at: Time | None = Field(description="When the first of it counts no more.")


class BudgetDocument(Shape):
    """What a job has spent in the last minute, hour and day."""

    looks_per_minute: UsageDocument
    looks_per_hour: UsageDocument
    looks_per_day: UsageDocument
    tokens_per_day: UsageDocument


class PicturesDocument(Shape):
    moments: int
    tile: bool
    draw: bool
    crop: Crop


class FeedbackDocument(Shape):
    right: int
    wrong: int
    false_alarm_rate: Share | None = Field(description="Share of wrong ones; null at first.")


class JobDocument(Shape):
    """A watch job: what was asked, and how far it has come."""

    id: str
    name: str
    camera: str
    condition: str
    labels: list[str]
    zones: list[str]
    mode: Mode
    duration: Seconds | None
    cooldown: Seconds
    remind_every: Seconds | None
    confirm: ConfirmDocument
    schedule: list[WindowDocument]
    timezone: str = Field(description="What the schedule is in; empty: the installation's own.")
    limits: LimitsDocument
    pictures: PicturesDocument
    language: str
    fast_alert: bool
    origin: Origin
    state: JobState
    phase: Phase | None = Field(description="What a running job does just now; null unless running.")
    snoozed_until: Time | None
    created_at: Time
    started_at: Time | None
    ended_at: Time | None
    expires_at: Time | None
    looks: int
    alerts: int
    last_alert_at: Time | None
    last_verdict: VerdictDocument | None
    error: str | None
    next_look_at: Time | None = Field(
        description="When it looks if nothing happens before; null: it does not."
    )
    budget: BudgetDocument | None = Field(description="Null once it has ended.")
    feedback: FeedbackDocument


class SeenDocument(Shape):
    id: str
    label: str
    score: Share
    box: BoxXyxy


class LookDocument(Shape):
    """One question that was put to a judge, and what came of it."""

    id: int
    job_id: str
    reason: LookReason
    trigger: str | None
    state: LookState
    started_at: Time
    frame_time: Time | None
    latency: Seconds | None
    image_bytes: int
    tokens: int | None
    provider: str | None
    model: str | None
    prompt: str
    reply: str
    frame_size: SizeDocument | None
    objects: list[SeenDocument]
    pictures: list[str] = Field(description="Addresses of the frames that the judge was shown.")
    verdict: VerdictDocument | None
    error: str | None


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


class Items(RootModel[list[T]], Generic[T]):
    """A plain list, as Frigate has it."""


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


class PartDocument(Shape):
    state: PartState
    detail: str


class HealthDocument(Shape):
    status: PartState
    parts: dict[str, PartDocument]


class ReloadDocument(Shape):
    state: ReloadState
    problems: list[FieldError] = Field(description="Why it is refused; a field is file, line and column.")
    changes: list[str] = Field(description="What the last change made different, for people.")
    next_start: list[str] = Field(description="Keys that have changed and take effect at the next start.")
    failures: list[str] = Field(description="Parts that could not go on by it, and why.")
    time: Time


class LiveDocument(Shape):
    status: PartState


class OpenDocument(Shape):
    """Frigate's own: which keys it has depends on the configuration."""

    model_config = ConfigDict(extra="allow")


class MonitorStarted(Shape):
    success: bool
    job_id: str


class MonitorDone(Shape):
    success: bool


class MonitorDocument(Shape):
    """Frigate's job; before the first there is `active` alone."""

    active: bool
    id: str = ""
    job_type: str = ""
    status: str = ""
    results: None = None
    start_time: Time | None = None
    end_time: Time | None = None
    error_message: str | None = None
    camera: str = ""
    condition: str = ""
    max_duration_minutes: int = 0
    labels: list[str] = []
    zones: list[str] = []
    last_reasoning: str = ""
    notification_message: str = ""
    iteration_count: int = 0
    username: str = ""


class MonitorRefusal(Shape):
    success: bool
    message: str
    detail: list[dict[str, Any]] = []


class ProfileDocument(Shape):
    username: str
    role: Role
    read_only: bool
    allowed_cameras: list[str]


class UserDocument(Shape):
    username: str
    role: Role
    cameras: list[str] | None = Field(description="All that a viewer sees; null: every camera.")
    created_at: Time


class KeyDocument(Shape):
    id: int
    username: str = Field(description="Whose it is.")
    name: str
    prefix: str = Field(description="Its first characters.")
    role: Role
    cameras: list[str] | None = Field(description="All that it sees; null: every camera of its user.")
    read_only: bool
    created_at: Time
    used_at: Time | None = Field(description="To the minute.")


class NewKeyDocument(KeyDocument):
    key: str = Field(description="Shown this once.")


class CountsDocument(Shape):
    """One number for each step."""

    looks: list[int]
    failed: list[int] = Field(description="Looks that brought no verdict.")
    tokens: list[int]
    alerts: list[int]


class HistoryDocument(Shape):
    start: Time
    step: Seconds
    loads: dict[str, list[float | None]]
    counts: CountsDocument


class ServiceDocument(Shape):
    """How a model has served in that time."""

    provider: str
    model: str
    looks: int
    failed: int
    tokens: int
    latency: Seconds | None = Field(description="The mean.")
    slowest: Seconds | None


class AbilityDocument(Shape):
    """Something that a model can do or can't."""

    name: str = Field(
        description="`vision`: takes pictures; `schema`: keeps to a JSON schema; `images`: takes several at "
        "once; `thinking`: thinks first and can be told not to."
    )
    answer: KnownAnswer
    value: int | str | None = Field(
        description="How many pictures it took at once; whether it thinks `never`, `switchable` or `always`."
    )
    learned: Learned | None = Field(
        description="`tried` out, `told` by its server, or shown by its `answers`; null: unknown."
    )
    at: Time | None = Field(description="When it was tried out.")


class JudgeDocument(Shape):
    name: str
    state: PartState
    detail: str = Field(description="What is known of it, and what is wrong.")
    abilities: list[AbilityDocument] = Field(description="Four, or none of who has no model.")
    served: list[ServiceDocument]


class SystemDocument(Shape):
    judges: list[JudgeDocument] = Field(description="In the order in which they are asked.")
    waiting: dict[str, int] = Field(description="Alerts to be delivered yet, by way out.")
    used_bytes: int = Field(description="Of the data folder: rows and pictures.")


class LogDocument(Shape):
    id: int
    time: Time
    level: str
    process: str
    thread: str
    source: str
    text: str


class KeyTextDocument(RootModel[str]):
    """A public key, base64url."""


class RegisteredDocument(Shape):
    success: bool
    message: str
