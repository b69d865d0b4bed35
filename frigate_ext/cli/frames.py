"""Frames to try models on, for commands: of a clip, a stream, or a camera of a running instance."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote

import av
import cv2
import numpy as np

from frigate_ext.capture.picture import Scaler
from frigate_ext.cli.client import Client
from frigate_ext.detect.prepare import from_bgr
from frigate_ext.domain.frame import Frame
from frigate_ext.errors import ModelError

_TIMEOUT = 20.0
_EVERY = 1.0
"""Seconds between frames: the next one shows something else."""
_PATIENCE = 30.0
"""Seconds without a new frame after which a camera has none."""


def sampled(source: str, count: int) -> list[Frame]:
    """About one frame a second of a file or an address, `count` at most; raises ModelError."""
    return list(islice(_decoded(source), count))


def of_camera(client: Client, camera: str, count: int) -> list[Frame]:
    """`count` detect frames of a running instance's camera, one a second; blocks as long.

    Ends early, with those there are, when the camera has given no new one for half a minute.
    """
    frames: list[Frame] = []
    heard_at, newest = time.monotonic(), ""
    while len(frames) < count and time.monotonic() - heard_at < _PATIENCE:
        response = client.fetch("GET", f"/api/{quote(camera, safe='')}/latest.png")
        if (frame_time := response.headers.get("X-Frame-Time", "")) != newest:
            heard_at, newest = time.monotonic(), frame_time
            frames.append(_picture(camera, response.content))
        time.sleep(_EVERY)
    return frames


def _picture(camera: str, png: bytes) -> Frame:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ModelError(f"camera {camera} gave a picture that can't be read")
    return from_bgr(np.asarray(picture, np.uint8), camera)


def _decoded(source: str) -> Iterator[Frame]:
    scaler, due = Scaler(None), 0.0
    try:
        with av.open(source, timeout=_TIMEOUT) as container:
            for picture in container.decode(video=0):
                if picture.time >= due:
                    due = picture.time + _EVERY
                    y, u, v, full_range = scaler.planes(picture)
                    yield Frame("sample", picture.time, y, u, v, full_range)
    except (OSError, IndexError) as error:  # PyAV's errors are OSErrors; a file without video has no stream 0
        raise ModelError("no frames can be read from there") from error
