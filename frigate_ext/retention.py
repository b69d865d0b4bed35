"""Makes room in the data folder: by age, and by size where that is not enough."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from frigate_ext.errors import StoreError
from frigate_ext.runtime.clock import Clock, SystemClock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.worker import Worker
from frigate_ext.store import Store

logger = logging.getLogger(__name__)

DAY = 86400.0
_FIRST, _EVERY = 60.0, 3600.0
"""Seconds from the start to the first round, and between two rounds."""
_ALWAYS_KEPT = 2 * 3600.0
"""Seconds: what is younger is needed to hold hourly limits over a restart."""
_SHARE = 0.1
"""Of the time that is covered, how much goes at once where there is too little room."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things are kept, and how much room they may take."""

    days: float = 30.0
    bytes: int = 2 * 1024**3


def cutoff(now: float, oldest: float | None, size: int, limits: Limits) -> float | None:
    """Everything expendable from before this goes (epoch s); None when nothing has to.

    `oldest` is the time of the oldest expendable thing, `size` is what everything takes, in bytes. Where
    that is too much, the oldest tenth goes; the caller asks again until enough has gone.
    """
    if oldest is None:
        return None
    line = now - limits.days * DAY
    if size > limits.bytes:
        line = max(line, oldest + max(_EVERY, (now - oldest) * _SHARE))
    line = min(line, now - _ALWAYS_KEPT)
    return line if line > oldest else None


class Retention(Worker):
    """Looks once an hour at what is kept."""

    def __init__(
        self,
        store: Store,
        limits: Limits,
        clock: Clock | None = None,
        *,
        forgot: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`forgot` is told the id of each job that went."""
        super().__init__("fx-retention")
        self._store = store
        self._limits = limits
        self._clock = clock or SystemClock()
        self._forgot = forgot
        self._health = PartHealth(PartState.OK)

    def change(self, limits: Limits) -> None:
        """Hold these from the next round on."""
        self._limits = limits

    def health(self) -> PartHealth:
        """Degraded while there is too little room, or none can be made."""
        return self._health

    def died(self, error: Exception) -> None:
        self._health = PartHealth(PartState.FAILED, f"nothing is removed any more: {error}")

    def run(self) -> None:
        wait = _FIRST
        while not self.stopping.wait(wait):
            try:
                self.make_room()
            except StoreError as error:
                logger.warning("no room could be made, trying again in an hour: %s", error)
                self._health = PartHealth(PartState.DEGRADED, str(error))
            wait = _EVERY

    def make_room(self) -> int:
        """Remove what has to go, in small steps; returns how many things went. Raises StoreError."""
        self._store.payments.forget_before(self._clock.now().wall - DAY)
        removed = 0
        while (line := self._line()) is not None and not self.stopping.is_set():
            gone = self._remove_before(line)
            removed += gone
            if not gone:
                break
        if removed:
            logger.info("retention: removed %d looks, alerts, events and jobs", removed)
        self._report()
        return removed

    def _line(self) -> float | None:
        store = self._store
        return cutoff(self._clock.now().wall, store.expendable.oldest(), store.size(), self._limits)

    def _remove_before(self, line: float) -> int:
        removed = 0
        while not self.stopping.is_set() and (gone := self._store.expendable.remove_before(line)).count:
            removed += gone.count
            for job_id in gone.jobs:
                self._forgot(job_id)
        return removed

    def _report(self) -> None:
        size, allowed = self._store.size(), self._limits.bytes
        full = size > allowed
        detail = f"{size} bytes are needed, {allowed} were allowed" if full else ""
        if full and self._health.state is PartState.OK:
            logger.warning("retention: %s; what is left is still needed", detail)
        self._health = PartHealth(PartState.DEGRADED if full else PartState.OK, detail)
