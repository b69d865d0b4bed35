"""Streams and files that FFmpeg demuxes: RTSP over TCP, files, FLV or MPEG over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Final

import av
from av.container import InputContainer
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from frigate_ext.capture.failure import RefusedError, StalledError
from frigate_ext.capture.pace import Pace, Timeline
from frigate_ext.capture.picture import MAX_PIXELS
from frigate_ext.capture.settings import StreamSettings
from frigate_ext.capture.stream_time import seconds
from frigate_ext.capture.url import file_path, scheme_of
from frigate_ext.capture.wire import resolve
from frigate_ext.errors import StreamError

# Analysing 0.2 s of a stream instead of FFmpeg's 5 s opens it at once: what the SDP leaves open, the first
# keyframe tells. `fflags=nobuffer` would save nothing more and lose that keyframe.
_COMMON: Final = {"analyzeduration": "200000", "threads": "1", "max_pixels": str(MAX_PIXELS)}
_RTSP: Final = _COMMON | {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "protocol_whitelist": "rtsp,rtp,tcp,tls",
}
_HTTP: Final = _COMMON | {"protocol_whitelist": "http,https,tcp,tls"}
_FILE: Final = {"max_pixels": str(MAX_PIXELS), "protocol_whitelist": "file"}
_OPTIONS: Final = {"rtsp": _RTSP, "rtsps": _RTSP, "http": _HTTP, "https": _HTTP, "file": _FILE}


class VideoSource:
    """The first video stream of a container; files are played at their own pace. See `Source`."""

    def __init__(self, settings: StreamSettings, stopping: threading.Event) -> None:
        self._settings = settings
        self._stopping = stopping
        self._container = _open(settings)
        try:
            self._stream = _video_stream(self._container)
        except StreamError:
            self.close()
            raise

    @property
    def codec(self) -> VideoCodecContext:
        return self._stream.codec_context

    def packets(self) -> Iterator[av.Packet[Stream]]:
        return self._play() if scheme_of(self._settings.url) == "file" else self._demux()

    def close(self) -> None:
        self._container.close()

    def _demux(self) -> Iterator[av.Packet[Stream]]:
        """Yield the picture packets as they come. Those of other streams don't count as a sign of life."""
        seen_at = time.monotonic()
        try:
            for packet in self._container.demux():
                if packet.stream is self._stream:
                    yield packet
                    seen_at = time.monotonic()
                elif time.monotonic() - seen_at >= self._settings.stall_timeout:
                    break
        except av.FFmpegError as error:
            if time.monotonic() - seen_at < self._settings.stall_timeout:
                raise _translate(error) from None
        if time.monotonic() - seen_at >= self._settings.stall_timeout:
            raise StalledError(f"no data for {self._settings.stall_timeout:g} s")

    def _play(self) -> Iterator[av.Packet[Stream]]:
        pace, timeline = Pace(), Timeline(step=1.0 / float(self._stream.average_rate or 25))
        while True:
            empty = True
            for packet in self._demux():
                empty = empty and packet.size == 0
                due = timeline.place(_stamp(packet))
                if self._stopping.wait(pace.delay(due, time.monotonic())):
                    return
                yield packet
            if empty:
                raise StreamError("the file holds no pictures")
            if not self._settings.loop:
                return
            self._rewind()
            timeline.rewind()

    def _rewind(self) -> None:
        try:
            self._container.seek(self._container.start_time or 0)
        except av.FFmpegError as error:
            raise _translate(error) from None


def _open(settings: StreamSettings) -> InputContainer:
    scheme = scheme_of(settings.url)
    name = _file_name(settings.url) if scheme == "file" else settings.url
    timeouts = settings.open_timeout, settings.stall_timeout
    begun = time.monotonic()
    try:
        if scheme != "file":
            resolve(settings.url)
        return av.open(name, options=_OPTIONS[scheme], timeout=timeouts)
    except av.FFmpegError as error:
        if time.monotonic() - begun >= settings.open_timeout:
            raise StreamError(f"no answer within {settings.open_timeout:g} s") from None
        raise _translate(error) from None


def _file_name(url: str) -> str:
    """Name a file for FFmpeg, unless opening it could block (a pipe) or do things (a device)."""
    path = file_path(url)
    if not path.is_file():
        raise StreamError("no such file")
    return f"file:{path}"


def _video_stream(container: InputContainer) -> VideoStream:
    if not container.streams.video:
        raise StreamError("the stream has no video")
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise StreamError("there is no decoder for the stream's codec")
    # More threads don't help many cameras on few cores, and each would add a frame of delay.
    stream.codec_context.thread_count = 1
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    return stream


def _stamp(packet: av.Packet[Stream]) -> float | None:
    ticks = packet.dts if packet.dts is not None else packet.pts
    return seconds(ticks, packet.time_base)


def _translate(error: av.FFmpegError) -> StreamError:
    """Say it without the address, which FFmpeg's own message quotes; so the cause is not chained either."""
    if isinstance(error, av.HTTPUnauthorizedError | av.HTTPForbiddenError):
        return RefusedError(error.strerror)
    return StreamError(error.strerror)
