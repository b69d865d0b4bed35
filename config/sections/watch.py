"""`watches.<name>`: only shapes and durations are read here, the rest is decided where HTTP requests are."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from config.sections.base import Section

_DURATION = re.compile(r"(?P<number>\d{1,9}(\.\d{1,6})?)\s*(?P<unit>ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_duration(value: Any) -> Any:
    """Seconds for ``90s``, ``10m``, ``2h``; numbers and what is no duration pass unchanged."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return float(match["number"]) * _SECONDS[match["unit"]] if match else value


Duration = Annotated[Any, BeforeValidator(parse_duration)]


class Confirm(Section):
    k: Any = None
    n: Any = None


class Limits(Section):
    min_interval: Duration = None
    max_interval: Duration = None
    looks_per_minute: Any = None
    looks_per_hour: Any = None
    looks_per_day: Any = None
    tokens_per_day: Any = None
    alerts_per_hour: Any = None
    when_spent: Any = None


class Window(Section):
    days: Any = None
    start: Any = Field(default=None, alias="from")
    end: Any = Field(default=None, alias="to")


class Pictures(Section):
    moments: Any = None
    tile: Any = None
    draw: Any = None
    crop: Any = None


class WatchEntry(Section):
    camera: Any = None
    condition: Any = None
    labels: Any = None
    zones: Any = None
    mode: Any = None
    duration: Duration = None
    cooldown: Duration = None
    remind_every: Duration = None
    confirm: Confirm | None = None
    schedule: tuple[Window, ...] | None = None
    timezone: Any = None
    limits: Limits | None = None
    pictures: Pictures | None = None
    language: Any = None
    fast_alert: Any = None

    def values(self) -> dict[str, Any]:
        """What was written, by the names that a request over HTTP has."""
        return self.model_dump(by_alias=True, exclude_unset=True)
