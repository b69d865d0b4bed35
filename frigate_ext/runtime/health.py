"""How the parts of the program are doing, in words for people and probes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PartState(StrEnum):
    OK = "ok"
    STARTING = "starting"
    DEGRADED = "degraded"
    """Something outside (a camera, the broker, a model) is away; we go on and recover by ourselves."""
    FAILED = "failed"
    """A part of our own does not work."""


@dataclass(frozen=True, slots=True)
class PartHealth:
    state: PartState
    detail: str = ""
