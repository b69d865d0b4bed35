"""Marks in shared memory that outlive a crash: which camera's data was in native code's hands."""

from __future__ import annotations

import time
from collections.abc import MutableSequence, Sequence
from enum import IntEnum
from multiprocessing import get_context
from types import TracebackType


class Work(IntEnum):
    """What of a camera's may be inside native code at the same time: each has its own thread."""

    DECODE = 0
    DETECT = 1


class CrashMarks:
    """For each camera and kind of work when it last entered native code, and when it left.

    Made by the parent and handed to the child at its start; the child marks, the parent reads after a crash.
    Stamps are CLOCK_MONOTONIC, which the processes of one machine share.
    """

    def __init__(self, cameras: Sequence[str]) -> None:
        self._cameras = tuple(cameras)
        self._stamps = get_context("spawn").RawArray("d", 2 * len(Work) * len(self._cameras))

    def guard(self, camera: str, work: Work) -> _Guard:
        """Context manager around native code; reusable, for one thread at a time, about 1 us."""
        return _Guard(self._stamps, 2 * (len(Work) * self._cameras.index(camera) + work))

    def clear(self) -> None:
        """Before another child starts."""
        self._stamps[:] = [0.0] * len(self._stamps)

    def suspects(self) -> frozenset[str]:
        """Cameras inside native code when the child ended, else the one that was so most recently."""
        stays = [(self._cameras[i // (2 * len(Work))], *self._stamps[i : i + 2]) for i in self._starts()]
        inside = frozenset(camera for camera, entered, left in stays if entered > left)
        last = max(stays, key=lambda stay: stay[2], default=None)
        if inside or last is None or last[2] == 0.0:
            return inside
        return frozenset({last[0]})

    def _starts(self) -> range:
        return range(0, len(self._stamps), 2)


class _Guard:
    __slots__ = ("_at", "_stamps")

    def __init__(self, stamps: MutableSequence[float], at: int) -> None:
        self._stamps = stamps
        self._at = at

    def __enter__(self) -> None:
        self._stamps[self._at] = time.monotonic()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stamps[self._at + 1] = time.monotonic()
