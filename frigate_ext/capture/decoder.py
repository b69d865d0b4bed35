"""Decoding no more of a stream than is wanted now; see `thrift` for what that is."""

from __future__ import annotations

from typing import Final

import av
from av import CodecContext, Packet, VideoFrame
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext

from frigate_ext.capture.picture import MAX_PIXELS
from frigate_ext.capture.stream_time import seconds
from frigate_ext.capture.thrift import Attention, Decode, Thrift

DECODER_OPTIONS: Final = {"max_pixels": str(MAX_PIXELS)}
_COARSE: Final = DECODER_OPTIONS | {"skip_loop_filter": "all"}


class ThriftyDecoder:
    """Packets to pictures. For one thread.

    Key frames that are decoded alone have a decoder of their own, without the loop filter: `codec`, the
    stream's, goes on where the last key frame left off as soon as somebody wants to see more.
    """

    def __init__(self, codec: VideoCodecContext) -> None:
        self._codec = codec
        self._alone: VideoCodecContext | None = None
        self._thrift = Thrift()
        self._backlog: list[Packet[Stream]] = []

    @property
    def is_saving(self) -> bool:
        """Whether key frames alone are decoded now."""
        return bool(self._backlog)

    def decode(self, packet: Packet[Stream], now: float, attention: Attention) -> list[VideoFrame]:
        """Pictures that `packet` brings, in order; of a backlog that is caught up with, only the newest.

        A broken packet brings none.
        """
        choice = self._thrift.packet(
            is_key=packet.is_keyframe,
            size=packet.size,
            now=now,
            attention=attention,
            stamp=seconds(packet.dts, packet.time_base),
        )
        if choice is Decode.ALL:
            return self._catch_up(packet) if self._backlog else _decoded(self._codec, packet)
        if choice is Decode.ALONE:
            self._backlog.clear()
        self._backlog.append(packet)
        return self._key_frame(packet) if choice is Decode.ALONE else []

    def rest(self) -> list[VideoFrame]:
        """Pictures that were held back, as others might have come before them, when the stream ended."""
        return _decoded(self._codec, None)

    def _key_frame(self, packet: Packet[Stream]) -> list[VideoFrame]:
        if self._alone is None:
            self._alone = _alike(self._codec)
        pictures = _decoded(self._alone, packet) + _decoded(self._alone, None)
        self._alone.flush_buffers()
        return pictures

    def _catch_up(self, packet: Packet[Stream]) -> list[VideoFrame]:
        backlog, self._backlog = self._backlog, []
        if packet.is_keyframe:
            backlog = []
        self._codec.flush_buffers()
        pictures = [picture for late in (*backlog, packet) for picture in _decoded(self._codec, late)]
        return pictures[-1:]


def _alike(codec: VideoCodecContext) -> VideoCodecContext:
    alone = CodecContext.create(codec.name, "r")
    assert isinstance(alone, VideoCodecContext)  # noqa: S101 - a video codec's name makes a video decoder
    alone.extradata = codec.extradata
    alone.thread_count = 1
    alone.options = _COARSE
    return alone


def _decoded(codec: VideoCodecContext, packet: Packet[Stream] | None) -> list[VideoFrame]:
    try:
        return codec.decode(packet)
    except av.FFmpegError:
        return []
