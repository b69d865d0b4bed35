"""Who speaks for a camera, when two do; decides, knows no socket."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

_HEEDED = 3.0
"""Seconds for which a newer run that has been heard silences older ones."""
_MAX_CAMERAS = 1024


class _Heard(NamedTuple):
    epoch: int
    at: float


class Incumbents:
    """The newest run of a camera, by its epoch, counts; an older one is heard only when that is silent.

    Clocks of hosts may differ and jump: therefore an epoch that is larger does not win for ever.
    """

    def __init__(self) -> None:
        self._heard: OrderedDict[str, _Heard] = OrderedDict()

    def admits(self, camera: str, epoch: int, now: float) -> bool:
        """Whether a message of this run counts; `now` is monotonic."""
        known = self._heard.get(camera)
        if known and epoch < known.epoch and now - known.at <= _HEEDED:
            return False
        self._heard[camera] = _Heard(epoch, now)
        self._heard.move_to_end(camera)
        if len(self._heard) > _MAX_CAMERAS:
            self._heard.popitem(last=False)
        return True
