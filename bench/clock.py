"""Two ways to do the same thing, timed in turn, so that whatever else the machine does slows both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass
class Race:
    """Seconds a frame that `ours` and `theirs` took, turn by turn."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def speedup(self) -> float:
        return median(self.theirs) / median(self.ours)

    @property
    def speedups(self) -> list[float]:
        """Of each pair of neighbours in time."""
        return [theirs / ours for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def times(self) -> str:
        """Both medians in words."""
        return f"{median(self.ours) * 1000:.3g} ms vs {median(self.theirs) * 1000:.3g} ms"


def race(
    turns: Iterable[tuple[Callable[[], Any], Callable[[], Any]]], *, per_turn: int = 1, warm_up: int = 1
) -> Race:
    """Time (ours, theirs) of each turn, A B A B; the first `warm_up` turns don't count.

    A turn that handles `per_turn` frames in a row finds the caches as it left them, for both alike.
    """
    result = Race()
    for number, (ours, theirs) in enumerate(turns):
        times = _timed(ours) / per_turn, _timed(theirs) / per_turn
        if number >= warm_up:
            result.ours.append(times[0])
            result.theirs.append(times[1])
    return result


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
