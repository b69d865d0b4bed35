"""One question put to a judge, and an alert that came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


class LookState(StrEnum):
    PENDING = "pending"
    """Committed before the judge was asked."""
    DONE = "done"
    FAILED = "failed"
    """The judge gave no verdict; `error` says why."""
    ABANDONED = "abandoned"
    """The job ended, or the process died, before the answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Times are epoch seconds, `latency` is seconds spent in the judge."""

    id: int
    job_id: str
    reason: LookReason
    trigger: str | None = None
    """The edge that caused it, in words: `person entered porch`."""
    state: LookState
    started_at: float
    frame_time: float | None = None
    latency: float | None = None
    image_bytes: int = 0
    """JPEG bytes shown to the judge."""
    tokens: int | None = None
    verdict: Verdict | None = None
    error: str | None = None


class AlertKind(StrEnum):
    CONDITION = "condition"
    """A verdict worth telling."""
    BLIND = "blind"
    """About the watch itself: its camera can't be seen."""
    MODEL_DOWN = "model_down"
    """About the watch itself: no judge answers."""
    RECOVERED = "recovered"
    """About the watch itself: what people were told to be away is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something worth telling; committed with its evidence before anyone is told. Times are epoch seconds."""

    id: str
    kind: AlertKind
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
