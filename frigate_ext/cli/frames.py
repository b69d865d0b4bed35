"""Frames of a clip or a stream, for commands."""

from __future__ import annotations

from collections.abc import Iterator

import av

from frigate_ext.capture.picture import Scaler
from frigate_ext.domain.frame import Frame
from frigate_ext.errors import ModelError

_TIMEOUT = 20.0


def sampled(source: str) -> Iterator[Frame]:
    """About one frame a second of a file or an address; raises ModelError."""
    scaler, due = Scaler(None), 0.0
    try:
        with av.open(source, timeout=_TIMEOUT) as container:
            for picture in container.decode(video=0):
                if picture.time >= due:
                    due = picture.time + 1.0
                    y, u, v, full_range = scaler.planes(picture)
                    yield Frame("sample", picture.time, y, u, v, full_range)
    except (OSError, IndexError) as error:  # PyAV's errors are OSErrors; a file without video has no stream 0
        raise ModelError("no frames can be read from there") from error
