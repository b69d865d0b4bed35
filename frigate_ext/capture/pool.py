"""All streams of a process: one reader for each address, however many cameras use it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from frigate_ext.capture.feed import Feed
from frigate_ext.capture.reader import Guard, Reader
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.capture.url import check_url
from frigate_ext.errors import StreamError
from frigate_ext.runtime.clock import Clock, Deadline, SystemClock


def _unguarded(camera: str) -> AbstractContextManager[None]:  # noqa: ARG001 - a Guard that marks nothing
    return nullcontext()


class CapturePool:
    """Opens and shares streams; cameras may come and go at any time, from any thread.

    `guard(camera)` is entered around every stretch of native decoding, in the reader's thread, for each
    camera of the stream: keep it cheap.
    """

    def __init__(self, guard: Guard = _unguarded, clock: Clock | None = None) -> None:
        self._guard = guard
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._stopped = False
        self._readers: dict[str, Reader] = {}
        self._retired: list[Reader] = []

    def open(self, camera: str, settings: StreamSettings, on_frame: Callable[[], None]) -> Feed:
        """Attach a camera to its stream and return at once; connecting goes on in the stream's own thread.

        `on_frame` is called there after each new frame and must not block: it is meant to set an event.
        Raises ValueError for an address that `check_url` refuses, StreamError after `stop`.
        """
        check_url(settings.url)
        with self._lock:
            if self._stopped:
                raise StreamError("capture has been stopped")
            reader = self._readers.get(settings.url) or self._reader(camera, settings)
            feed = Feed(
                camera,
                settings,
                on_frame=on_frame,
                on_close=self._close,
                health=reader.health,
                clock=self._clock,
            )
            reader.feeds += (feed,)
            if settings.url not in self._readers:
                self._readers[settings.url] = reader
                reader.start()
            return feed

    def stop(self) -> None:
        """Ask every reader to end; does not wait."""
        with self._lock:
            self._stopped = True
            for url in list(self._readers):
                self._retire(url)

    def join(self, timeout: float) -> bool:
        """Wait for all readers that were asked to end; True when they are gone."""
        with self._lock:
            retired = list(self._retired)
        deadline = Deadline(timeout)
        return all(reader.join(deadline.remaining()) for reader in retired)

    def _reader(self, camera: str, settings: StreamSettings) -> Reader:
        return Reader(settings, name=f"fx-capture-{camera}", guard=self._guard, clock=self._clock)

    def _close(self, feed: Feed) -> None:
        url = feed.settings.url
        with self._lock:
            reader = self._readers.get(url)
            if reader is None or feed not in reader.feeds:
                return
            reader.feeds = tuple(other for other in reader.feeds if other is not feed)
            if not reader.feeds:
                self._retire(url)

    def _retire(self, url: str) -> None:
        reader = self._readers.pop(url)
        reader.stop()
        self._retired = [*(old for old in self._retired if old.is_alive), reader]
