"""What hangs in native code: nothing can interrupt it but the end of its process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from frigate_ext.detection_process.marks import Stay, Suspect, Work

LOOKS: Final[Mapping[Work, int]] = MappingProxyType({Work.REWIND: 10, Work.DECODE: 60})
"""Decoding has longer: at times it catches up with seconds of a stream, which takes a busy machine long.

A detector that hangs is not among them: it is waited for by the main loop, whose heartbeat tells.
"""


class Hangs:
    """Told once a second what is inside native code; what has been so for its `looks` in a row hangs.

    Looks are counted rather than seconds, for a machine that slept in between hangs nobody. One stay is told
    from the next by when it began: a camera that is busy all the time is inside at every look, too.
    """

    def __init__(self, looks: Mapping[Work, int] = LOOKS) -> None:
        """Work that is not in `looks` may take any time."""
        self.looks = looks
        self._times = Counter[Stay]()

    def notice(self, inside: Iterable[Stay]) -> frozenset[Suspect]:
        """What hangs since just now; each hang is told once."""
        self._times = Counter({stay: self._times[stay] + 1 for stay in inside})
        return frozenset(
            stay.suspect for stay, n in self._times.items() if n == self.looks.get(stay.suspect.work)
        )
