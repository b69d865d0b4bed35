"""The recent frames of one camera, by reference, for whoever asks in time."""

from __future__ import annotations

import threading
from collections import deque
from typing import NamedTuple

from frigate_ext.domain.frame import Frame, FrameKey


class Kept(NamedTuple):
    key: FrameKey
    frame: Frame


class FrameRing:
    """Keeps frames for `seconds` (of frame time) within `max_bytes`; the newest stays whatever its size.

    Thread-safe: the detection loop puts, in the order of `seq`, and the frame server looks up.
    """

    def __init__(self, seconds: float, max_bytes: int) -> None:
        self._seconds = seconds
        self.max_bytes = max_bytes
        """May be changed at any time; heeded with the next frame."""
        self._lock = threading.Lock()
        self._kept: deque[Kept] = deque()
        self._bytes = 0

    def put(self, key: FrameKey, frame: Frame) -> None:
        with self._lock:
            self._kept.append(Kept(key, frame))
            self._bytes += frame.nbytes
            while len(self._kept) > 1 and self._overdue(frame.time):
                self._bytes -= self._kept.popleft().frame.nbytes

    def newest(self) -> Kept | None:
        with self._lock:
            return self._kept[-1] if self._kept else None

    def get(self, key: FrameKey) -> Kept | None:
        with self._lock:
            return next((kept for kept in reversed(self._kept) if kept.key == key), None)

    def moments(self, last: FrameKey | None, count: int, seconds: float) -> list[Kept]:
        """Up to `count` frames spread evenly over `seconds`, ending with `last` (None: the newest).

        Oldest first; each is the one nearest to its moment, none comes twice; empty when `last` is gone.
        """
        end = self.get(last) if last else self.newest()
        if end is None:
            return []
        with self._lock:
            before = [kept for kept in self._kept if kept.key.seq < end.key.seq]
        return [*_spread(before, end.frame.time, count - 1, seconds), end]

    def _overdue(self, now: float) -> bool:
        age = now - self._kept[0].frame.time
        return self._bytes > self.max_bytes or not 0 <= age <= self._seconds


def _spread(before: list[Kept], end: float, count: int, seconds: float) -> list[Kept]:
    """The frames of `before` nearest to `count` even moments of `end - seconds .. end`, without repeats."""
    chosen: dict[FrameKey, Kept] = {}
    for step in range(count if before else 0):
        moment = end - seconds * (count - step) / count
        nearest = min(before, key=lambda kept: abs(kept.frame.time - moment))
        chosen[nearest.key] = nearest
    return list(chosen.values())
