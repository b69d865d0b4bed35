"""A watch job: a question asked of a camera for a while."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from frigate_ext.domain.verdict import Verdict


class Mode(StrEnum):
    ONCE = "once"
    """Ends as met with its first alert."""
    STANDING = "standing"
    """Alerts, re-arms when the condition has cleared and the cooldown has passed, and goes on."""


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """A final state never changes again."""
        return self in {JobState.MET, JobState.EXPIRED, JobState.CANCELLED, JobState.FAILED}


class Phase(StrEnum):
    """What a running job is doing just now."""

    WATCHING = "watching"
    LOOKING = "looking"
    COOLDOWN = "cooldown"
    OFF_SCHEDULE = "off_schedule"
    SNOOZED = "snoozed"
    BLIND = "blind"
    MODEL_DOWN = "model_down"
    BUDGET_SPENT = "budget_spent"
    FAILING = "failing"
    """Something of our own is broken, as a database that can't be written."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """`k` of the last `n` looks must be met before an alert."""

    k: int = 1
    n: int = 1


@dataclass(frozen=True, slots=True)
class Window:
    """A weekly window in local time; one that ends at or before its start runs over midnight.

    `days` are 0..6 from Monday, the days it *starts* on; `start` and `end` are minutes after midnight,
    0..1440.
    """

    days: frozenset[int]
    start: int
    end: int


class WhenSpent(StrEnum):
    """Who judges when there is nothing left to spend on models."""

    DETECTOR = "detector"
    """The detector, where it understands the condition; other watches wait."""
    HOLD = "hold"
    """Nobody: what is to be looked at waits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps a job from flooding people and providers. Intervals in seconds; None: no limit."""

    min_interval: float = 1.0
    max_interval: float = 300.0
    looks_per_minute: int | None = None
    looks_per_hour: int = 60
    looks_per_day: int | None = None
    tokens_per_day: int | None = None
    """As the provider reports them; the look that exceeds them is the last."""
    alerts_per_hour: int = 6
    when_spent: WhenSpent | None = None
    """None: as configured for all watches."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a limit is spent within its window; None: no limit.

    `frees_at` is when the first of that will be forgotten; None while nothing is spent.
    """

    used: int
    limit: int | None
    frees_at: float | None


class Crop(StrEnum):
    """Whether a judge is also shown a part of the frame at its full resolution."""

    AUTO = "auto"
    """Where what triggered the look is small."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a judge is shown: by default the judged frame, and what triggered the look where that is small.

    Earlier moments cost the judged frame some of its size in a tile, or several times the tokens without one,
    and only a condition about a change needs them: so they are for those who ask.
    """

    moments: int = 1
    """The judged frame and up to three before it."""
    tile: bool = True
    """All in one picture; or else several, for models that take several."""
    draw: bool = False
    """Outline the watched zones and objects in the judged frame."""
    crop: Crop = Crop.AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the user asked for. Zones are names (not friendly names); no labels or zones means any."""

    name: str
    camera: str
    condition: str
    labels: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    mode: Mode = Mode.ONCE
    duration: float | None = 3600.0
    """Seconds until it expires; None for a standing watch that runs until stopped."""
    cooldown: float = 600.0
    """Seconds after an alert before a standing watch may alert again."""
    remind_every: float | None = None
    """Seconds after which a standing watch repeats its alert while the condition lasts; None: never."""
    confirm: Confirm = field(default_factory=Confirm)
    schedule: tuple[Window, ...] = ()
    """When it may look; empty means always."""
    timezone: str = ""
    """What the schedule is in, as `Europe/Berlin`; '' is the installation's own."""
    limits: Limits = field(default_factory=Limits)
    pictures: Pictures = field(default_factory=Pictures)
    language: str = ""
    """What its owner reads (`German`, `pt-BR`); '' leaves it to the condition's own."""
    fast_alert: bool = False
    """Tell at once what triggers it, as an unverified alert that the verdict verifies or withdraws."""


class Origin(StrEnum):
    """Who started a job."""

    API = "api"
    CONFIG = "config"
    """A `watches:` entry, identified by its name across reloads."""
    FRIGATE = "frigate"
    """Frigate's own route, `/api/vlm/monitor`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A watch and how far it has come. Times are epoch seconds."""

    id: str
    watch: Watch
    origin: Origin
    state: JobState
    phase: Phase | None
    """None unless running."""
    snoozed_until: float | None = None
    asked_since: float | None = None
    """When the question was changed: what was judged before answers another one. None: never."""
    created_at: float
    started_at: float | None = None
    ended_at: float | None = None
    expires_at: float | None = None
    looks: int = 0
    alerts: int = 0
    last_alert_at: float | None = None
    armed: bool = True
    """False from an alert of a standing job until the condition has been seen cleared."""
    last_verdict: Verdict | None = None
    error: str | None = None
    """Why it failed, or what keeps it from working just now."""
