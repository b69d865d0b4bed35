"""Pictures fetched ahead of their looks, once for all who want the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from frigate_ext.bus.schema import EncodedFrame, FrameRequest

Frames = Future[tuple[EncodedFrame, ...]]


class Pins:
    """The last `count` requests and their answers, as long as these hold no more than `max_bytes`.

    Thread-safe.
    """

    def __init__(self, ask: Callable[[FrameRequest], Frames], *, count: int, max_bytes: int) -> None:
        self._ask = ask
        self._count = count
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._pinned: OrderedDict[FrameRequest, Frames] = OrderedDict()
        self._sizes: dict[FrameRequest, int] = {}
        """Bytes, of those that have come."""

    def pin(self, request: FrameRequest) -> Frames:
        """Ask at once and keep the answer; asked for again, it is the same one, unless it was none.

        Never blocks.
        """
        with self._lock:
            known = self._pinned.get(request)
            if known is not None and not _failed(known):
                self._pinned.move_to_end(request)
                return known
            self._pinned.pop(request, None)
            frames = self._pinned[request] = self._ask(request)
            self._make_room()
        frames.add_done_callback(lambda came: self._weigh(request, came))
        return frames

    def _weigh(self, request: FrameRequest, came: Frames) -> None:
        with self._lock:
            if self._pinned.get(request) is came:
                self._sizes[request] = _bytes(came)
                self._make_room()

    def _make_room(self) -> None:
        """The newest stays, whatever its size."""
        while len(self._pinned) > self._count or (
            sum(self._sizes.values()) > self._max_bytes and len(self._pinned) > 1
        ):
            oldest, _ = self._pinned.popitem(last=False)
            self._sizes.pop(oldest, None)


def _failed(frames: Frames) -> bool:
    return frames.cancelled() or (frames.done() and frames.exception() is not None)


def _bytes(came: Frames) -> int:
    """What an answer holds; nothing where there was none."""
    if _failed(came):
        return 0
    return sum(len(frame.jpeg) for frame in came.result())
