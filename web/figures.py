"""What the page of the system is told, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from frigate_ext.runtime.health import PartHealth
from frigate_ext.runtime.log_tail import LogLine
from frigate_ext.stats.loads import Past
from frigate_ext.store.activity import Service, Spell
from genai.known import Fact


class Activity(Protocol):
    """What the store knows of the past."""

    def spells(self, since: float, step: int, cameras: Collection[str] | None) -> Mapping[int, Spell]: ...
    def services(self, since: float) -> Sequence[Service]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """Safe to call from several threads; what reads the store may raise StoreError."""

    now: Callable[[], float]
    """Epoch seconds."""
    loads: Callable[[Past, float], Mapping[str, list[float | None]]]
    activity: Activity
    judges: Callable[[], Mapping[str, PartHealth]]
    """By name, in the order in which they are asked."""
    facts: Callable[[], Mapping[str, Sequence[Fact]]]
    """What their models can do; who has none is left out."""
    waiting: Callable[[], Mapping[str, int]]
    """Alerts that are not delivered yet, by way out."""
    used_bytes: Callable[[], int]
    """What is kept in the data folder."""
    log: Callable[[int, int], Sequence[LogLine]]
    """The newest lines after one of that id, so many at most."""
