"""One question put to a judge, and an alert that came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.verdict import Verdict


class LookReason(StrEnum):
    """Why a look happened."""

    INITIAL = "initial"
    TRIGGER = "trigger"
    CONFIRM = "confirm"
    ACTIVE = "active"
    """A matching object keeps moving in view."""
    SCHEDULED = "scheduled"
    """The heartbeat, or the time a verdict asked for."""
    REQUESTED = "requested"
    """A person asked for it."""
    SECOND = "second"
    """At the same frame, made unreadable: the first verdict may rest on writing, or the facts deny it."""


class LookState(StrEnum):
    PENDING = "pending"
    """Committed before the judge was asked."""
    DONE = "done"
    DOUBTED = "doubted"
    """It has a verdict that counts for nothing: a second look decides. `error` says why."""
    FAILED = "failed"
    """The judge gave no verdict; `error` says why."""
    ABANDONED = "abandoned"
    """The job ended, or the process died, before the answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenObject:
    """A tracked object as it was in the judged frame."""

    id: str
    label: str
    score: float
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Times are epoch seconds, `latency` is seconds spent in the judge."""

    id: int
    job_id: str
    reason: LookReason
    trigger: str | None = None
    """The edge that caused it, in words: `person entered porch`."""
    episode: str | None = None
    """Names that edge exactly, so that it is decided once; None where no edge caused the look."""
    state: LookState
    started_at: float
    frame_time: float | None = None
    latency: float | None = None
    """Seconds that its answer took, or that were waited for one in vain."""
    image_bytes: int = 0
    """JPEG bytes shown to the judge."""
    tokens: int | None = None
    verdict: Verdict | None = None
    error: str | None = None
    frame_size: Size | None = None
    """Of the detect frame, in whose pixels the boxes of `objects` are."""
    objects: tuple[SeenObject, ...] = ()
    """The real ones of the judged frame."""
    pictures: int = 0
    """How many of the frames it was shown are kept, numbered from 0."""
    provider: str | None = None
    model: str | None = None
    paid: tuple[tuple[str, int], ...] = field(default=(), compare=False)
    """The name of each provider that is paid for it, and its tokens; while it is pending, what is expected.
    Kept for a day, apart from the look."""
    prompt: str = ""
    """What the judge was told, without the pictures; bounded."""
    reply: str = ""
    """What it said, word for word; bounded. Text from a model: data, shown as text."""


class Feedback(StrEnum):
    """What its owner says of an alert."""

    RIGHT = "right"
    WRONG = "wrong"


class AlertKind(StrEnum):
    CONDITION = "condition"
    """A verdict worth telling."""
    BLIND = "blind"
    """About the watch itself: its camera can't be seen."""
    MODEL_DOWN = "model_down"
    """About the watch itself: no judge answers."""
    BUDGET_SPENT = "budget_spent"
    """About the watch itself: nothing is left to spend on models."""
    RECOVERED = "recovered"
    """About the watch itself: what people were told to be away is back."""


class AlertStatus(StrEnum):
    """How sure an alert is; only a fast one is ever anything but verified."""

    UNVERIFIED = "unverified"
    """Told when something triggered the watch, before anybody has judged it."""
    VERIFIED = "verified"
    WITHDRAWN = "withdrawn"
    """The verdict was another, or the watch ended before there was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something worth telling; committed with its evidence before anyone is told. Times are epoch seconds."""

    id: str
    kind: AlertKind
    status: AlertStatus = AlertStatus.VERIFIED
    job_id: str
    camera: str
    condition: str
    message: str
    reasoning: str
    time: float
    frame_time: float | None
    """The judged frame's; None where an alert is not about a frame."""
    judged_by: str | None
    confidence: float | None
    evidence: int = 0
    """Number of evidence pictures, numbered from 0."""
    look_id: int | None = None
    """The look it rests on."""
    acknowledged_at: float | None = None
    """When somebody said that they have seen it."""
    feedback: Feedback | None = None
    note: str = ""
    """The owner's remark on it; told to the judge where the alert was wrong."""
    full_time: float | None = None
    """Epoch s of the full picture, which comes after the alert; None without one."""
