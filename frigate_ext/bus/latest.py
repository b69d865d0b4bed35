"""What was last heard of each camera, and whether it has fallen silent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from frigate_ext.bus.schema import CameraUpdate

SILENT_AFTER = 3.0
"""Seconds; every camera publishes at least once a second."""
_MAX_CAMERAS = 1024


class Latest(NamedTuple):
    update: CameraUpdate
    silent: bool
    """Nothing came for `SILENT_AFTER`: treat the camera as offline, its detection process is silent."""


class LatestUpdates:
    """A bus sink that keeps the newest update per camera; thread-safe."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._heard: dict[str, tuple[float, CameraUpdate]] = {}

    def __call__(self, update: CameraUpdate) -> None:
        with self._lock:
            self._heard.pop(update.camera, None)
            self._heard[update.camera] = (self._monotonic(), update)
            if len(self._heard) > _MAX_CAMERAS:
                del self._heard[next(iter(self._heard))]

    def view(self, now: float | None = None) -> dict[str, Latest]:
        """Everything heard so far, at the monotonic time `now`; a camera never heard of is not in it."""
        at = self._monotonic() if now is None else now
        with self._lock:
            return {name: _latest(at, *heard) for name, heard in self._heard.items()}

    def get(self, camera: str, now: float | None = None) -> Latest | None:
        at = self._monotonic() if now is None else now
        with self._lock:
            heard = self._heard.get(camera)
        return _latest(at, *heard) if heard else None


def _latest(now: float, heard_at: float, update: CameraUpdate) -> Latest:
    return Latest(update, silent=now - heard_at > SILENT_AFTER)
