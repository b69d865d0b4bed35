"""How the parts of the program are doing, in words for people and probes."""

from __future__ import annotations

from collections.abc import Iterable
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


def worst(parts: Iterable[PartHealth]) -> PartHealth:
    """The worst state, with the details of all that are in it; ok when there are no parts."""
    all_parts = list(parts)
    for state in (PartState.FAILED, PartState.STARTING, PartState.DEGRADED):
        if details := [part.detail for part in all_parts if part.state is state]:
            return PartHealth(state, "; ".join(details))
    return PartHealth(PartState.OK)
