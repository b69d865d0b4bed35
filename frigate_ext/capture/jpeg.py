"""Cameras that send JPEGs over HTTP: as one endless response, or one for each request."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPResponse

from av import CodecContext, Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext

from frigate_ext.capture.http import HttpCamera
from frigate_ext.capture.multipart import MAX_JPEG, MultipartParser
from frigate_ext.capture.picture import MAX_PIXELS
from frigate_ext.capture.settings import StreamKind, StreamSettings
from frigate_ext.errors import StreamError


class MjpegSource:
    """A multipart response. See `Source`."""

    def __init__(self, camera: HttpCamera, response: HTTPResponse) -> None:
        self._camera = camera
        self._response = response
        self.codec = _jpeg_decoder()

    def packets(self) -> Iterator[Packet[Stream]]:
        boundary = self._response.headers.get_boundary()
        if not boundary:
            raise StreamError("the MJPEG stream names no boundary")
        parser = MultipartParser(boundary)
        while data := self._camera.read(self._response):
            for jpeg in filter(None, parser.feed(data)):
                yield Packet(jpeg)
                self._camera.expect_data()

    def close(self) -> None:
        self._response.close()


class SnapshotSource:
    """An address that is asked for a JPEG every `interval` seconds; `first` is an answer already there."""

    def __init__(
        self, camera: HttpCamera, first: HTTPResponse, *, interval: float, stopping: threading.Event
    ) -> None:
        self._camera = camera
        self._response = first
        self._interval = interval
        self._stopping = stopping
        self.codec = _jpeg_decoder()

    def packets(self) -> Iterator[Packet[Stream]]:
        asked_at = time.monotonic()
        while True:
            yield Packet(self._body())
            if self._stopping.wait(max(0.0, asked_at + self._interval - time.monotonic())):
                return
            asked_at = time.monotonic()
            self._response = self._camera.get()

    def close(self) -> None:
        self._response.close()

    def _body(self) -> bytes:
        body = bytearray()
        with closing(self._response):
            while data := self._camera.read(self._response):
                body += data
                if len(body) > MAX_JPEG:
                    raise StreamError(f"the picture is larger than {MAX_JPEG // 2**20} MiB")
        if not body:
            raise StreamError("the answer is empty")
        return bytes(body)


def open_jpegs(settings: StreamSettings, stopping: threading.Event) -> MjpegSource | SnapshotSource | None:
    """Ask the camera; None when it answers with some other video. Raises StreamError."""
    camera = HttpCamera(settings, stopping)
    response = camera.get()
    try:
        kind = _kind(response) if settings.kind is StreamKind.AUTO else settings.kind
    except StreamError:
        response.close()
        raise
    if kind is StreamKind.MJPEG:
        return MjpegSource(camera, response)
    if kind is StreamKind.SNAPSHOT:
        return SnapshotSource(camera, response, interval=settings.snapshot_interval, stopping=stopping)
    response.close()
    return None


def _kind(response: HTTPResponse) -> StreamKind:
    content_type = response.headers.get_content_type()
    if content_type.startswith("multipart/"):
        return StreamKind.MJPEG
    if content_type in {"image/jpeg", "image/jpg", "image/pjpeg"}:
        return StreamKind.SNAPSHOT
    if content_type.startswith("video/"):
        return StreamKind.VIDEO
    raise StreamError(f"the camera answers with {content_type[:80]}, neither JPEG nor video")


def _jpeg_decoder() -> VideoCodecContext:
    decoder = CodecContext.create("mjpeg", "r")
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(MAX_PIXELS)}
    return decoder
