"""How the program is, and what it goes by."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from config.reload import ReloadState
from frigate_ext.runtime.health import PartState
from genai.known import Learned, Support
from web.documents.base import FieldError, Seconds, Shape, Time


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
    answer: Support
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
