"""What our processes take of the machine, as Linux tells it in /proc."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_AT_LEAST: Final = 1.0
"""Seconds between two readings that a share is computed from."""


@dataclass(frozen=True, slots=True)
class Usage:
    """`cpu` is percent of one core since the reading before, `cpu_average` since the start of the process."""

    cpu: float
    cpu_average: float
    cpu_seconds: float
    memory: int
    """Bytes, resident."""
    memory_share: float
    """Percent of the machine's."""
    threads: int


def altogether(used: Collection[Usage]) -> Usage:
    """What several processes take."""
    return Usage(*(sum(column) for column in zip(*map(astuple, used), strict=True)))


@dataclass(frozen=True, slots=True)
class _Reading:
    at: float
    cpu_seconds: float
    share: float


class Processes:
    """Reads when asked; safe for many threads. Times are seconds since the machine's start."""

    def __init__(self, clock: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME)) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._before: dict[int, _Reading] = {}
        self._machine = os.sysconf("SC_PHYS_PAGES") * _PAGE

    def usage(self, pids: Iterable[int]) -> dict[int, Usage]:
        """Of those that are alive; all others are forgotten."""
        with self._lock:
            found = {pid: usage for pid in pids if (usage := self._usage(pid))}
            self._before = {pid: reading for pid, reading in self._before.items() if pid in found}
            return found

    def _usage(self, pid: int) -> Usage | None:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        # proc(5), from its third field on: utime is the 14th, stime 15, threads 20, starttime 22, rss 24.
        now, seconds = self._clock(), (int(fields[11]) + int(fields[12])) / _TICKS
        age, memory = now - int(fields[19]) / _TICKS, int(fields[21]) * _PAGE
        average = 100 * seconds / max(age, 0.01)
        return Usage(
            cpu=self._share(pid, now, seconds, average),
            cpu_average=average,
            cpu_seconds=seconds,
            memory=memory,
            memory_share=100 * memory / self._machine,
            threads=int(fields[17]),
        )

    def _share(self, pid: int, now: float, seconds: float, average: float) -> float:
        before = self._before.get(pid)
        if before and now - before.at < _AT_LEAST:
            return before.share
        share = 100 * (seconds - before.cpu_seconds) / (now - before.at) if before else average
        self._before[pid] = _Reading(now, seconds, share)
        return share
