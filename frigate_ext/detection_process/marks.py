"""Marks in shared memory that outlive a crash: which camera's data was in native code's hands."""

from __future__ import annotations

import time
from collections.abc import Iterator, MutableSequence
from contextlib import AbstractContextManager, nullcontext
from enum import IntEnum
from multiprocessing import get_context
from types import TracebackType
from typing import NamedTuple

_ROOM = 1024
"""Cameras that one child can mark."""
_NAME_BYTES = 128


class Work(IntEnum):
    """What of a camera's may be inside native code at the same time: each has its own thread."""

    DECODE = 0
    DETECT = 1
    REWIND = 2
    """Making a full picture."""


class Suspect(NamedTuple):
    """What may have made the process crash."""

    camera: str
    work: Work

    def __str__(self) -> str:
        return f"{self.camera} (a full picture)" if self.work is Work.REWIND else self.camera


class Stay(NamedTuple):
    """Inside native code; in seconds of CLOCK_MONOTONIC."""

    suspect: Suspect
    entered: float
    left: float

    @property
    def lasts(self) -> bool:
        return self.entered > self.left


class CrashMarks:
    """For each camera and kind of work when it last entered native code, and when it left.

    Made by the parent and handed to the child at its start; the child marks, the parent reads: after a crash,
    or to see what hangs. Stamps are CLOCK_MONOTONIC, which the processes of one machine share.
    """

    def __init__(self) -> None:
        context = get_context("spawn")
        self._names = context.RawArray("c", _NAME_BYTES * _ROOM)
        self._stamps = context.RawArray("d", 2 * len(Work) * _ROOM)
        self._slots: dict[str, int] = {}
        """The child's; a camera keeps its own until the child ends."""

    def enrol(self, camera: str) -> None:
        """Make room for a camera, before its guards; for one thread."""
        if camera not in self._slots and len(self._slots) < _ROOM:
            slot = len(self._slots)
            name = camera.encode()[:_NAME_BYTES]
            self._names[_NAME_BYTES * slot : _NAME_BYTES * (slot + 1)] = name.ljust(_NAME_BYTES, b"\0")
            self._slots[camera] = slot

    def guard(self, camera: str, work: Work) -> AbstractContextManager[None]:
        """Context manager around native code; reusable, for one thread at a time, about 1 us.

        It marks nothing for a camera that is not enrolled.
        """
        slot = self._slots.get(camera)
        return nullcontext() if slot is None else _Guard(self._stamps, 2 * (len(Work) * slot + work))

    def clear(self) -> None:
        """Before another child starts."""
        self._names.raw = bytes(len(self._names))
        self._stamps[:] = [0.0] * len(self._stamps)

    def suspects(self) -> frozenset[Suspect]:
        """What was inside native code when the child ended, else what was so most recently.

        Full pictures are rare, and something is decoded nearly always: where one was being made, nothing
        else is suspected. A camera that is to blame nonetheless shows in the crashes that follow.
        """
        stays = list(self._stays())
        inside = frozenset(stay.suspect for stay in stays if stay.lasts)
        if inside:
            return frozenset(one for one in inside if one.work is Work.REWIND) or inside
        last = max(stays, key=lambda stay: stay.left, default=None)
        return frozenset({last.suspect} if last and last.left else ())

    def inside(self) -> list[Stay]:
        """Where native code is at work now; takes about 5 us a camera."""
        return [stay for stay in self._stays() if stay.lasts]

    def _stays(self) -> Iterator[Stay]:
        """The last one of each camera for each kind of work."""
        for slot in range(_ROOM):
            name = self._names[_NAME_BYTES * slot : _NAME_BYTES * (slot + 1)].rstrip(b"\0")
            if not name:
                return
            for work in Work:
                at = 2 * (len(Work) * slot + work)
                suspect = Suspect(name.decode(errors="replace"), work)
                yield Stay(suspect, self._stamps[at], self._stamps[at + 1])


class _Guard(AbstractContextManager[None]):
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
