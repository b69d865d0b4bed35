"""What hangs in native code: nothing can interrupt it but the end of its process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from frigate_ext.detection_process.marks import Stay


class Hangs:
    """Told once a second what is inside native code; what has been so `seconds` times in a row hangs.

    Times are counted rather than seconds, for a machine that slept in between hangs nobody.
    """

    def __init__(self, seconds: int = 10) -> None:
        self.seconds = seconds
        self._times = Counter[Stay]()

    def notice(self, inside: Iterable[Stay]) -> frozenset[str]:
        """The cameras whose work hangs since just now; each hang is told once."""
        self._times = Counter({stay: self._times[stay] + 1 for stay in inside})
        return frozenset(stay.suspect.camera for stay, n in self._times.items() if n == self.seconds)
