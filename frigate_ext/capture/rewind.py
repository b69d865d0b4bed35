"""The picture of a moment that is over, made of packets that were kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import av
from av import CodecContext, VideoFrame
from av.video.codeccontext import VideoCodecContext

from frigate_ext.capture.decoder import DECODER_OPTIONS
from frigate_ext.capture.gops import Codec, Kept
from frigate_ext.runtime.clock import Deadline

_THREADS = 2
"""For once a picture is waited for: those before it are decoded two at a time."""


class Taken(NamedTuple):
    picture: VideoFrame
    time: float
    """Epoch s."""


def picture_at(at: float, codec: Codec, kept: Sequence[Kept], deadline: Deadline) -> Taken | None:
    """The picture nearest to `at` (epoch s), or the last one that could be made in time; blocks.

    `kept` begins with a key frame. None where there was time for none, or nothing can be decoded.
    """
    nearest: Taken | None = None
    for taken in _pictures(codec, kept, deadline):
        if nearest is None or abs(taken.time - at) < abs(nearest.time - at):
            nearest = taken
        if taken.time >= at:
            break
    return nearest


def _pictures(codec: Codec, kept: Sequence[Kept], deadline: Deadline) -> Iterator[Taken]:
    """In order of time, as long as there is time."""
    decoder = _decoder(codec)
    times = {one.packet.pts: one.time for one in kept}
    for packet, fed in [*((one.packet, one.time) for one in kept), (None, kept[-1].time)]:
        if deadline.passed:
            return
        for picture in _decoded(decoder, packet):
            yield Taken(picture, fed if picture.pts is None else times.get(picture.pts, fed))


def _decoded(decoder: VideoCodecContext, packet: av.Packet[av.stream.Stream] | None) -> list[VideoFrame]:
    """A broken packet brings none."""
    try:
        return decoder.decode(packet)
    except av.FFmpegError:
        return []


def _decoder(codec: Codec) -> VideoCodecContext:
    decoder = CodecContext.create(codec.name, "r")
    assert isinstance(decoder, VideoCodecContext)  # noqa: S101 - a video codec's name makes a video decoder
    decoder.extradata = codec.extradata
    decoder.thread_count = _THREADS
    decoder.options = DECODER_OPTIONS
    return decoder
