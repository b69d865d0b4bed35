"""What a caller says about a stream, and what it is told back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from frigate_ext.capture.acceleration import Acceleration
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Size


class StreamKind(StrEnum):
    AUTO = "auto"
    """Files and RTSP are video; over HTTP the server's Content-Type decides."""
    VIDEO = "video"
    """Anything FFmpeg demuxes: RTSP, files, FLV or MPEG over HTTP."""
    MJPEG = "mjpeg"
    """An endless multipart response of JPEGs."""
    SNAPSHOT = "snapshot"
    """An address that answers with one JPEG, asked again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSettings:
    """How one camera wants one stream. Times in seconds.

    Cameras with the same `url` share one reader; of what concerns the connection (everything but `max_fps`
    and `size`) the first one's settings hold.
    """

    url: str = field(repr=False)
    """Passed `check_url`; holds the credentials."""
    acceleration: Acceleration | None = None
    """What should decode; None: the processor."""
    max_fps: float | None = None
    """Frames beyond this rate are decoded but neither scaled nor handed over; None means all."""
    size: Size | None = None
    """Frames are scaled to it; None leaves them as the stream has them."""
    kind: StreamKind = StreamKind.AUTO
    snapshot_interval: float = 1.0
    """From one request for a JPEG to the next."""
    loop: bool = False
    """A file begins again at its end; files always run at their own pace."""
    open_timeout: float = 8.0
    stall_timeout: float = 10.0
    """Without a packet, a step of the stream's time, or a picture for so long, the stream is given up."""

    def __post_init__(self) -> None:
        seconds = (self.snapshot_interval, self.open_timeout, self.stall_timeout)
        if not all(value > 0 for value in (*seconds, 1.0 if self.max_fps is None else self.max_fps)):
            raise ValueError("a stream's rates and times must be positive")

    @property
    def patience(self) -> float:
        """Seconds without any packet that are no cause for worry."""
        return self.stall_timeout + (self.snapshot_interval if self.kind in _PERHAPS_SNAPSHOT else 0.0)

    @property
    def usual_gap(self) -> float:
        """Seconds without any packet that are no stall; as in Frigate, two frames or 2 s."""
        return 2 * max(1.0, self.snapshot_interval if self.kind in _PERHAPS_SNAPSHOT else 0.0)


_PERHAPS_SNAPSHOT = frozenset({StreamKind.AUTO, StreamKind.SNAPSHOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStatus:
    """How a camera's stream is doing at one moment."""

    state: CameraState
    detail: str
    """Why it is not online, for people; credentials are masked."""
    fps: float
    """Frames per second, lately, that came when one was due."""
    frames: int
    """Such frames so far: handed over or, while nothing happens, left undecoded."""
    idle: int = 0
    """Of these, left undecoded."""
    skipped: int
    """Of these, replaced by a newer one before anybody took them."""
    reconnects: int
    """Times the stream came back after a loss."""
    reconnects_last_hour: int = 0
    stalls_last_hour: int = 0
    """Times it gave no sign of life for longer than `usual_gap`."""
    decoder: str = ""
    """What decodes, for people; see `acceleration`."""
    size: Size | None
    """The stream's own size, before scaling; None before the first picture."""
