"""When something happened within the last hour."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

HOUR = 3600.0


class History:
    """Times (seconds on one clock) in order: all of the last hour, and the last one however old it is."""

    def __init__(self, times: Iterable[float] = ()) -> None:
        self._times = deque(sorted(times))

    @property
    def last(self) -> float:
        """-inf when there was none."""
        return self.nth_last(1)

    def nth_last(self, n: int) -> float:
        """-inf when there were fewer."""
        return self._times[-n] if len(self._times) >= n else -math.inf

    def add(self, time: float) -> None:
        self._times.append(time)
        while self._times[0] < time - HOUR:
            self._times.popleft()

    def pop(self) -> None:
        """The last one did not happen after all."""
        if self._times:
            self._times.pop()
