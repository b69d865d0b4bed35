"""What every kind of stream looks like to the thread that reads it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Protocol

from av import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext

from frigate_ext.capture.jpeg import open_jpegs
from frigate_ext.capture.settings import StreamKind, StreamSettings
from frigate_ext.capture.url import scheme_of
from frigate_ext.capture.video import VideoSource


class Source(Protocol):
    """An open stream: compressed packets and the decoder for them. Made, used and closed by one thread."""

    @property
    def codec(self) -> VideoCodecContext: ...

    def packets(self) -> Iterator[Packet[Stream]]:
        """Yield packets as they are due, blocking in between, until the stream ends or the thread shall stop.

        Raises StreamError when the stream is lost, StalledError when nothing comes.
        """

    def close(self) -> None: ...


def open_source(settings: StreamSettings, stopping: threading.Event) -> Source:
    """Connect; blocks up to about `open_timeout` seconds or until `stopping` is set. Raises StreamError."""
    over_http = scheme_of(settings.url) in {"http", "https"}
    jpegs = open_jpegs(settings, stopping) if over_http and settings.kind is not StreamKind.VIDEO else None
    return jpegs or VideoSource(settings, stopping)
