"""How the detection loop keeps up with its cameras."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection

from frigate_ext.detection_process.camera import CameraLoop
from frigate_ext.detection_process.ration import Ration

logger = logging.getLogger(__name__)

_EVERY = 3.0
"""Seconds: a hiccup is no overload."""
_PATIENCE = 0.03
"""Seconds that a frame is kept waiting for others at most."""


class Load:
    """Counts what came too late, and lets `ration` decide who gives way. For the loop's thread."""

    def __init__(self, now: float) -> None:
        self.ration = Ration()
        self._since = now
        self._waited = 0.0
        self._late = self._due = 0
        self._begun = False
        self.patience = 0.0
        """Seconds worth waiting for frames to go with those that are there.

        Hardly any at half load, when there is time to look at each alone; many when there is not.
        """

    def waited(self, wait: Callable[[], object]) -> None:
        """Do nothing for as long as `wait` takes."""
        began = time.monotonic()
        wait()
        self._waited += time.monotonic() - began

    def begin_anew(self) -> None:
        """Other cameras: what was counted before compares with nothing."""
        self._begun = False

    def measure(self, cameras: Collection[CameraLoop], now: float) -> None:
        if now - self._since < _EVERY:
            return
        before, late, due = self.ration.level, self._late, self._due
        self._late = sum(camera.late for camera in cameras)
        self._due = sum(camera.due for camera in cameras)
        share = self._waited / (now - self._since)
        self.patience = _PATIENCE * max(0.0, 1 - share) ** 2
        if self._begun:
            self.ration.update(now, late=self._late - late, due=self._due - due, waited=share)
        self._since, self._waited, self._begun = now, 0.0, True
        self._tell(before)

    def _tell(self, before: int) -> None:
        if self.ration.level and not before:
            logger.warning(
                "detection can't keep up: cameras where no watch job looks lose turns, quiet ones first"
            )
        elif before and not self.ration.level:
            logger.info("detection keeps up again: every camera gets all of its turns")
