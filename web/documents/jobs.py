"""Watch jobs, their looks, and what a model says of a picture."""

from __future__ import annotations

from pydantic import Field

from frigate_ext.domain.look import LookReason, LookState
from frigate_ext.domain.verdict import Answer
from frigate_ext.domain.watch import Crop, JobState, Mode, Origin, Phase, WhenSpent
from web.documents.base import Seconds, SeenDocument, Shape, Share, SizeDocument, Time


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
