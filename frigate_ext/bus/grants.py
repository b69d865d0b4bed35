"""Which cameras a node may speak for: those it was given, and for a while those it had."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping

logger = logging.getLogger(__name__)

_LETTING_GO = 15.0
"""Seconds that a node may still speak for a camera that others have now: it hears of that later.

The newest run counts meanwhile, as with any two.
"""
_REMEMBERED_FOR = 60.0
"""Seconds for which a trespass is shown."""
_MAX_REMEMBERED = 1000


class Grants:
    """Names are nodes'; times are monotonic seconds. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[tuple[str, str], float] = {}
        """By node and camera: infinite while it is the node's."""
        self._trespasses: OrderedDict[tuple[str, str], float] = OrderedDict()

    def give(self, cameras: Mapping[str, Collection[str]], now: float) -> None:
        """From now on these are each node's, and no others."""
        given = {(node, camera) for node, of_it in cameras.items() for camera in of_it}
        with self._lock:
            leaving = {which: min(until, now + _LETTING_GO) for which, until in self._until.items()}
            still = {which: until for which, until in leaving.items() if until > now}
            self._until = still | dict.fromkeys(given, float("inf"))

    def admits(self, node: str, camera: str, now: float) -> bool:
        """Whether what `node` says of `camera` counts; where it does not, that is remembered and logged."""
        which = node, camera
        with self._lock:
            if now < self._until.get(which, 0.0):
                return True
            is_new = which not in self._trespasses
            self._trespasses[which] = now
            self._trespasses.move_to_end(which)
            if len(self._trespasses) > _MAX_REMEMBERED:
                self._trespasses.popitem(last=False)
        if is_new:
            logger.warning("ignoring what node %s says of camera %r: it was not given it", node, camera[:64])
        return False

    def trespasses(self, node: str, now: float) -> tuple[str, ...]:
        """Cameras that a node spoke for lately, and that are not its own even now."""
        with self._lock:
            recent = [which for which, at in self._trespasses.items() if now - at <= _REMEMBERED_FOR]
            others = [which for which in recent if now >= self._until.get(which, 0.0)]
        return tuple(sorted(camera for who, camera in others if who == node))
