"""Which packets of a stream are decoded now; decides, decodes nothing. Times are monotonic seconds."""

from __future__ import annotations

from collections import deque
from enum import Enum, IntEnum, auto
from typing import Final

from frigate_ext.capture.unrest import PacketSizes

LONGEST_GOP: Final = 4.0
"""Seconds between key frames up to which a quiet stream is decoded by them alone."""
MAX_BACKLOG: Final = 16 << 20
"""Bytes of packets kept since the last key frame; beyond, the stream is decoded whole."""
_AWAKE: Final = 2.0
"""Seconds at full rate after packets have grown: long enough for the motion gate to look twice."""
_TRIAL: Final = 1.0
"""Seconds that packets have to grow after a key frame has shown motion, which it may have seen first."""
_DOUBT: Final = 600.0
"""Seconds at full rate once key frames have shown motion twice that packet sizes had not told of."""


class Attention(IntEnum):
    """What the detection loop wants of a stream."""

    NONE = 0
    """Nothing happens."""
    WANTED = 1
    """The full rate, whatever the reason."""
    MOTION = 2
    """The full rate, for something moves."""


class Decode(Enum):
    """What to do with a packet."""

    ALL = auto()
    """Decode it, after everything that was put off since the last key frame."""
    ALONE = auto()
    """A key frame: decode it by itself, and begin to put off what follows."""
    LATER = auto()
    """Put it off."""


class Thrift:
    """One stream's policy: key frames only while nothing happens, everything as soon as something does.

    Between two key frames only packet sizes can tell. Where they can't, or key frames are far apart, or the
    sizes have been wrong, every packet is decoded.
    """

    def __init__(self) -> None:
        self._sizes = PacketSizes()
        self._gops: deque[float] = deque(maxlen=2)
        self._key_at: float | None = None
        self._backlog = 0
        self._saving = False
        self._awake_until = 0.0
        self._on_trial_until: float | None = None
        """When sizes should have told of what a key frame has shown."""
        self._missed: deque[float] = deque([-_DOUBT, -_DOUBT], maxlen=2)

    def packet(
        self, *, is_key: bool, size: int, now: float, attention: Attention, stamp: float | None = None
    ) -> Decode:
        """Decide on the next packet; `stamp` is its time in the stream, seconds, if it has one."""
        if is_key:
            return self._key_frame(size, now, attention)
        self._backlog += size
        if self._sizes.jumps(size, now if stamp is None else stamp, learn=attention is Attention.NONE):
            self._awake_until = now + _AWAKE
            self._on_trial_until = None
        elif self._on_trial_until is not None and now >= self._on_trial_until:
            self._missed.append(now)
            self._on_trial_until = None
        if self._saving:
            self._saving = self._may_go_on(now, attention)
        return Decode.LATER if self._saving else Decode.ALL

    def _key_frame(self, size: int, now: float, attention: Attention) -> Decode:
        if self._key_at is not None:
            self._gops.append(now - self._key_at)
        self._key_at, self._backlog = now, size
        self._sizes.key_frame(size)
        self._saving = self._may_begin(now) and self._may_go_on(now, attention)
        return Decode.ALONE if self._saving else Decode.ALL

    def _may_begin(self, now: float) -> bool:
        short = len(self._gops) == self._gops.maxlen and max(self._gops) <= LONGEST_GOP
        return short and self._sizes.telling and now >= self._missed[0] + _DOUBT

    def _may_go_on(self, now: float, attention: Attention) -> bool:
        if self._saving and attention is Attention.MOTION and now >= self._awake_until:
            self._on_trial_until = now + _TRIAL
        overdue = self._key_at is not None and now > self._key_at + LONGEST_GOP
        too_much = self._backlog > MAX_BACKLOG
        return attention is Attention.NONE and now >= self._awake_until and not overdue and not too_much
