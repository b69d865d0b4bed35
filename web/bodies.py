"""What clients send. Watches are described here and checked by `jobs.request`, which knows the cameras."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from frigate_ext.domain.account import Role
from frigate_ext.domain.look import Feedback
from frigate_ext.domain.watch import Crop, Mode, WhenSpent
from jobs.request.how import MAX_MOMENTS, MIN_REMINDER
from jobs.request.values import MAX_ITEMS, MAX_SECONDS
from web.live.whep import MAX_SDP
from web.passwords import MAX_LENGTH, MIN_LENGTH

MAX_SNOOZE = 366 * 86400
"""Seconds."""
MAX_NOTE = 300
"""Characters; the judge is told the last few."""

Name = Annotated[str, Field(min_length=1)]
Names = Annotated[list[Name], Field(max_length=MAX_ITEMS)]
Interval = Annotated[float, Field(le=MAX_SECONDS, description="Seconds.")]
PerHour = Annotated[int, Field(ge=1, le=3600)]
Votes = Annotated[int, Field(ge=1, le=10)]
Password = Annotated[str, Field(min_length=MIN_LENGTH, max_length=MAX_LENGTH)]


class Sent(BaseModel):
    """A field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ConfirmBody(Sent):
    """`k` of the last `n` looks must be met."""

    k: Votes | None = None
    n: Votes | None = None


class WindowBody(Sent):
    """A weekly window in local time."""

    days: str | Names | None = Field(None, description="mon ... sun, weekdays, weekend, daily.")
    from_: str | None = Field(None, alias="from", description="HH:MM.")
    to: str | None = Field(None, description="HH:MM; 24:00 ends the day.")


class LimitsBody(Sent):
    """What keeps a job from flooding people and providers."""

    min_interval: Annotated[Interval, Field(ge=0.1)] | None = None
    max_interval: Annotated[Interval, Field(ge=1)] | None = None
    looks_per_minute: PerHour | None = None
    looks_per_hour: PerHour | None = None
    looks_per_day: Annotated[int, Field(ge=1, le=24 * 3600)] | None = None
    tokens_per_day: Annotated[int, Field(ge=1, le=10**12)] | None = None
    alerts_per_hour: PerHour | None = None
    when_spent: WhenSpent | None = Field(None, description="Who judges with nothing left to spend.")


class PicturesBody(Sent):
    """What the judge is shown."""

    moments: Annotated[int, Field(ge=1, le=MAX_MOMENTS)] | None = None
    tile: bool | None = None
    draw: bool | None = None
    crop: Crop | None = None


class Changeable(Sent):
    """What may be asked of a job, and changed while it goes on; null puts a default back."""

    labels: Names | None = Field(None, description="What wakes it; none means any.")
    zones: Names | None = Field(None, description="Where; none means anywhere.")
    duration: Annotated[Interval, Field(ge=1)] | None = None
    name: Name | None = None
    cooldown: Annotated[Interval, Field(ge=0)] | None = None
    remind_every: Annotated[Interval, Field(ge=MIN_REMINDER)] | None = None
    confirm: ConfirmBody | None = None
    schedule: Annotated[list[WindowBody | None], Field(max_length=MAX_ITEMS)] | None = None
    timezone: str | None = Field(
        None, description="Of the schedule: Europe/Berlin. None: the installation's."
    )
    limits: LimitsBody | None = None
    pictures: PicturesBody | None = None
    language: str | None = Field(None, description="What you read: German, pt-BR.")
    fast_alert: bool | None = Field(None, description="Tell at once, unverified; the verdict follows.")


class WatchBody(Changeable):
    """A watch job to start."""

    camera: Name
    condition: Name = Field(description="What to watch for, in plain words; at most 500 characters.")
    mode: Mode | None = Field(None, description="`once` ends with its first alert.")


class ChangeBody(Changeable):
    """What is not given stays."""

    condition: Name = Field("", description="Another condition is a new question.")


class SnoozeBody(Sent):
    seconds: Annotated[float, Field(ge=1, le=MAX_SNOOZE)]


class FeedbackBody(Sent):
    verdict: Feedback
    note: str = Field("", max_length=MAX_NOTE, pattern=r"^[^\x00]*$", description="Why; the judge is told.")


class LoginBody(Sent):
    """Frigate's names."""

    user: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000)]


class RightsBody(Sent):
    """What somebody may do."""

    role: Role
    cameras: Names | None = Field(None, description="All that a viewer sees; null: every camera.")


class UserBody(RightsBody):
    """A new user."""

    username: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$")]
    password: Password


class PasswordBody(Sent):
    """A new password."""

    password: Password
    old_password: Annotated[str, Field(max_length=1000)] | None = Field(
        None, description="Needed for one's own."
    )


class KeyBody(Sent):
    """A new API key."""

    name: Annotated[str, Field(min_length=1, max_length=100, description="What it is for.")]
    role: Role = Role.VIEWER
    cameras: Names | None = Field(None, description="All that it sees; null: every camera of its user.")
    read_only: bool = False
    username: Annotated[str, Field(max_length=64)] | None = Field(
        None, description="Whose it is, for admins; else one's own."
    )


class DeviceKeys(BaseModel):
    """Base64url."""

    model_config = ConfigDict(frozen=True)

    p256dh: Annotated[str, Field(max_length=200)]
    auth: Annotated[str, Field(max_length=100)]


class DeviceBody(BaseModel):
    """A browser's `PushSubscription`, as its `toJSON` gives it; what else it may hold is left aside."""

    model_config = ConfigDict(frozen=True)

    endpoint: Annotated[str, Field(max_length=2048)]
    keys: DeviceKeys


class OfferBody(Sent):
    stream: Annotated[str, Field(max_length=200)] | None = None
    """Its name; none means the first."""
    offer: Annotated[str, Field(max_length=MAX_SDP, pattern=r"^v=0\r?\n")]
    """SDP."""


class RegisterBody(Sent):
    """Frigate's name for it."""

    sub: DeviceBody


class UnregisterBody(Sent):
    endpoint: Annotated[str, Field(max_length=2048)]
