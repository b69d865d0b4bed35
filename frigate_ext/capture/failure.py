"""Why a stream was lost, as far as it decides what the camera's state becomes and when to try again."""

from __future__ import annotations

from frigate_ext.domain.camera import CameraState
from frigate_ext.errors import StreamError


class StalledError(StreamError):
    """Connected, but packets, the stream's time or its pictures stand still."""


class RefusedError(StreamError):
    """The camera does not want us (401, 403): asking often may lock the account."""


class UndecodableError(StreamError):
    """Data arrives, but no picture comes of it."""


def state_after(error: StreamError) -> CameraState:
    """What the camera is until the stream is back."""
    return CameraState.STALLED if isinstance(error, StalledError) else CameraState.OFFLINE
