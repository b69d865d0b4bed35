"""Decoding on a graphics card where there is one, and saying why not where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import av
from av import CodecContext
from av.codec.hwaccel import HWAccel, hwdevices_available
from av.video.codeccontext import VideoCodecContext

SOFTWARE = "software"


@dataclass(frozen=True, slots=True)
class Acceleration:
    """What should decode: `kind` as FFmpeg names devices (`vaapi`, `cuda`, `qsv` ...)."""

    kind: str
    device: str | None = None
    """`/dev/dri/renderD128`, or the number of a card; None takes the first."""


class Opened(NamedTuple):
    codec: VideoCodecContext
    name: str
    """What decodes, for people: the kind of device, or `software` with the reason."""


def accelerated(codec: VideoCodecContext, wanted: Acceleration | None) -> Opened:
    """A decoder for what `codec` decodes, on the device that is wanted or else `codec` itself.

    The device decodes or fails: FFmpeg's own way back to software would go unseen.
    """
    if wanted is None:
        return Opened(codec, SOFTWARE)
    if wanted.kind not in hwdevices_available():
        return Opened(codec, in_software(wanted.kind, "this FFmpeg is built without it"))
    try:
        device = HWAccel(wanted.kind, wanted.device, allow_software_fallback=False)
        on_device = CodecContext.create(codec.name, "r", hwaccel=device)
    except (av.FFmpegError, NotImplementedError, RuntimeError, ValueError) as error:
        return Opened(codec, in_software(wanted.kind, _reason(error)))
    if not (isinstance(on_device, VideoCodecContext) and on_device.is_hwaccel):
        return Opened(codec, in_software(wanted.kind, f"it does not decode {codec.name}"))
    on_device.extradata = codec.extradata
    on_device.options = codec.options
    return Opened(on_device, wanted.kind)


def in_software(kind: str, reason: str) -> str:
    """Say that the processor decodes, though a device was wanted."""
    return f"{SOFTWARE} ({kind}: {reason})"


def _reason(error: Exception) -> str:
    words = error.strerror if isinstance(error, av.FFmpegError) else str(error)
    return (words or type(error).__name__)[:100]
