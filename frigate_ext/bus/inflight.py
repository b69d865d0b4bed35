"""Requests for frames that wait for their answer: who asked, until when; no socket, no clock."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field

import msgspec

from frigate_ext.bus.schema import EncodedFrame, FrameReply, FrameRequest, FrameStatus
from frigate_ext.errors import FrameUnavailableError, MainStreamAwayError

FrameFuture = Future[tuple[EncodedFrame, ...]]

MAX_WAITING = 1024
"""Callers at once; more than that is a caller's bug."""

_REASONS = {
    FrameStatus.GONE: "the frame is gone",
    FrameStatus.UNKNOWN_CAMERA: "no detection process has this camera now",
    FrameStatus.FAILED: "the frame could not be encoded",
}


@dataclass(slots=True)
class _Asked:
    request: FrameRequest
    waiting: list[tuple[float, FrameFuture]] = field(default_factory=list)


class InFlight:
    """Thread-safe. Identical requests share one answer; each caller keeps its own future and deadline.

    Times are monotonic seconds. Futures are settled outside the lock, so their callbacks may ask again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[int, _Asked] = {}
        self._ids: dict[FrameRequest, int] = {}
        self._next_id = 1
        self._closed = ""

    def join(self, wanted: FrameRequest, deadline: float) -> tuple[FrameFuture, FrameRequest | None]:
        """A future for the answer and, unless the same is already being asked, the request to send.

        The `id` of `wanted` is ignored.
        """
        future: FrameFuture = Future()
        with self._lock:
            refusal = self._closed or self._too_many()
            request = None if refusal else self._join(wanted, deadline, future)
        if refusal:
            future.set_exception(FrameUnavailableError(refusal))
        return future, request

    def settle(self, reply: FrameReply) -> None:
        """Answer everybody who waits for it; an answer that nobody waits for any more is ignored."""
        with self._lock:
            asked = self._forget(reply.id)
        if asked is None:
            return
        for _, future in asked.waiting:
            _answer(future, reply, enough=bool(reply.frames) or not asked.request.moments)

    def expire(self, now: float) -> None:
        """Give up on those whose deadline has passed."""
        with self._lock:
            late = list(self._take_late(now))
        _fail(late, "no answer from the detection process in time")

    def next_deadline(self) -> float | None:
        with self._lock:
            return min((at for asked in self._by_id.values() for at, _ in asked.waiting), default=None)

    def close(self, reason: str) -> None:
        """Fail everybody who waits, and whoever asks later."""
        with self._lock:
            self._closed = reason
            waiting = [future for asked in self._by_id.values() for _, future in asked.waiting]
            self._by_id.clear()
            self._ids.clear()
        _fail(waiting, reason)

    def _join(self, wanted: FrameRequest, deadline: float, future: FrameFuture) -> FrameRequest | None:
        content = msgspec.structs.replace(wanted, id=0)
        if known := self._ids.get(content):
            self._by_id[known].waiting.append((deadline, future))
            return None
        request = msgspec.structs.replace(wanted, id=self._next_id)
        self._next_id += 1
        self._ids[content] = request.id
        self._by_id[request.id] = _Asked(content, [(deadline, future)])
        return request

    def _too_many(self) -> str:
        waiting = sum(len(asked.waiting) for asked in self._by_id.values())
        return f"{waiting} callers already wait for frames" if waiting >= MAX_WAITING else ""

    def _take_late(self, now: float) -> Iterable[FrameFuture]:
        for known, asked in list(self._by_id.items()):
            yield from (future for at, future in asked.waiting if at <= now)
            asked.waiting = [(at, future) for at, future in asked.waiting if at > now]
            if not asked.waiting:
                self._forget(known)

    def _forget(self, known: int) -> _Asked | None:
        asked = self._by_id.pop(known, None)
        if asked:
            del self._ids[asked.request]
        return asked


def _answer(future: FrameFuture, reply: FrameReply, *, enough: bool) -> None:
    if not future.set_running_or_notify_cancel():
        return
    if reply.status is FrameStatus.OK and enough:
        future.set_result(reply.frames)
    elif reply.status is FrameStatus.AWAY:
        future.set_exception(MainStreamAwayError(reply.detail))
    else:
        reason = _REASONS.get(reply.status, "an empty answer")
        future.set_exception(FrameUnavailableError(f"{reason}: {reply.detail}" if reply.detail else reason))


def _fail(futures: Iterable[FrameFuture], reason: str) -> None:
    for future in futures:
        if future.set_running_or_notify_cancel():
            future.set_exception(FrameUnavailableError(reason))
