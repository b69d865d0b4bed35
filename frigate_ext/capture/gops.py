"""The last packets of a stream, undecoded, so that the picture of a moment that is over can still be made."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from av import Packet
from av.stream import Stream

SECONDS = 8.0
"""How long everything is kept."""
MAX_BYTES = 16 << 20
"""Of one stream. At 8 Mbit/s these are 16 s."""
_MISTAKEN = 1.0
"""Seconds that the first packets of a stream, held up while it is opened, may seem later than they are."""
_MAX_AHEAD = 32
"""Moments that are held and may not have come yet."""


class Codec(NamedTuple):
    """What a decoder for packets has to know."""

    name: str
    extradata: bytes | None


class Kept(NamedTuple):
    packet: Packet[Stream]
    time: float
    """Epoch s of its picture."""


class _Hold(NamedTuple):
    at: float
    until: float


@dataclass(slots=True, eq=False)
class _Gop:
    """A key frame and all that follows until the next one."""

    codec: Codec
    until: float
    """Monotonic s; kept until then."""
    kept: list[Kept] = field(default_factory=list)
    nbytes: int = 0
    offset: float | None = None
    """From the stream's time to epoch s, by its last packet."""

    def add(self, kept: Kept, stamp: float | None) -> None:
        offset = None if stamp is None else kept.time - stamp
        if offset is not None and self.offset is not None and 0 < self.offset - offset < _MISTAKEN:
            self.kept = [Kept(one.packet, one.time - (self.offset - offset)) for one in self.kept]
        self.offset = offset
        self.kept.append(kept)
        self.nbytes += kept.packet.size


class Gops:
    """Keeps groups of pictures, each whole or not at all. For one thread at a time.

    A group is kept for `seconds` after its last packet, one that somebody `hold`s longer. Where that takes
    more than `max_bytes` the oldest goes, of those that nobody holds if there are any. A single group that
    is larger goes, too: what follows waits for the next key frame.
    """

    def __init__(self, seconds: float = SECONDS, max_bytes: int = MAX_BYTES) -> None:
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._gops: deque[_Gop] = deque()
        self._is_open = False
        """Whether the next packet belongs to the last group."""
        self._ahead: deque[_Hold] = deque(maxlen=_MAX_AHEAD)

    @property
    def nbytes(self) -> int:
        return sum(gop.nbytes for gop in self._gops)

    def put(
        self,
        packet: Packet[Stream],
        time: float,
        codec: Codec,
        now: float,
        *,
        is_key: bool,
        stamp: float | None = None,
    ) -> bool:
        """Keep a packet that came at `now` (monotonic s), whose picture is of `time` (epoch s).

        Whether it is kept: what comes before a key frame, or makes a group too large, is not.

        `stamp` is its time in the stream (s). Where it shows that the two clocks differ by less than it
        seemed, the packets before it in its group were earlier, too.
        """
        if is_key:
            self._ahead = deque((hold for hold in self._ahead if hold.at >= time), _MAX_AHEAD)
            self._gops.append(_Gop(codec, max((hold.until for hold in self._ahead), default=now)))
            self._is_open = True
        if not self._is_open:
            return False
        newest = self._gops[-1]
        newest.add(Kept(packet, time), stamp)
        newest.until = max(newest.until, now + self._seconds)
        self._make_room(now)
        return self._is_open

    def interrupt(self) -> None:
        """Packets are missing from here on: what comes before the next key frame is of no use."""
        self._is_open = False

    def clear(self) -> None:
        self._gops.clear()
        self._is_open = False

    def hold(self, at: float, until: float) -> None:
        """Keep what shows the moment `at` (epoch s) until so many monotonic seconds.

        It may come later than the moment itself: then the group after this one may be it, too.
        """
        if gop := self._around(at):
            gop.until = max(gop.until, until)
            if gop is self._gops[-1]:
                self._ahead.append(_Hold(at, until))

    def find(self, at: float) -> tuple[Codec, list[Kept]] | None:
        """All it takes to decode what was at `at` (epoch s), or came next, and the key frame after that.

        None where nothing is kept.
        """
        if not self._gops:
            return None
        gop = self._around(at) or self._gops[0]
        after = next((later for later in self._after(gop) if later.codec == gop.codec), None)
        return gop.codec, [*gop.kept, *(after.kept[:1] if after else ())]

    def _around(self, at: float) -> _Gop | None:
        before = [gop for gop in self._gops if gop.kept[0].time <= at]
        return before[-1] if before else None

    def _after(self, gop: _Gop) -> Iterator[_Gop]:
        return (later for later in self._gops if later.kept[0].time > gop.kept[0].time)

    def _make_room(self, now: float) -> None:
        self._gops = deque(gop for gop in self._gops if gop.until > now)
        while self.nbytes > self._max_bytes:
            *older, newest = self._gops
            free = [gop for gop in older if gop.until <= now + self._seconds]
            self._gops.remove((free or older or [newest])[0])
        self._is_open = self._is_open and bool(self._gops)
