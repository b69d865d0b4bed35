"""Whether something moves, judged by nothing but how large a stream's packets are."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

_WINDOW: Final = 0.8
"""Seconds over which sizes are added up: longer than a pattern of B frames, shorter than anybody may wait."""
_WEIGHT: Final = 0.01
"""Of one packet in the averages."""
_WARM_UP: Final = 75
"""Packets until the averages are relied on."""
_SETTLING: Final = 1
"""Key frames until an encoder's rate control has found its feet."""
_DEVIATIONS: Final = 3.5
_SMALLEST: Final = 0.01
"""Of a key frame's size. A key frame codes the whole picture afresh: what costs a hundredth of it in a moment
is about a hundredth of the picture that is new."""
_TELLING: Final = 0.05
"""Of a key frame's size, too: where noise makes the sum swing by more, a small visitor would not show."""


class PacketSizes:
    """Learns what the packets between key frames weigh while nothing moves.

    Times are seconds of the stream, which knows nothing of a network's bursts; they may jump.
    """

    def __init__(self) -> None:
        self._recent: deque[tuple[float, int]] = deque()
        self._sum = 0
        self._mean = 0.0
        self._variance = 0.0
        self._key = 0.0
        self._key_frames = 0
        self._is_full = False
        """Whether the last sizes are those of a whole window."""
        self._learned = 0

    @property
    def telling(self) -> bool:
        """Whether a visitor would show at all; a noisy picture, or a constant bit rate, hides everything."""
        return self._learned >= _WARM_UP and self._threshold <= _TELLING * self._key

    def key_frame(self, size: int) -> None:
        self._key_frames += 1
        self._key = self._key + (size - self._key) / 4 if self._key else float(size)

    def jumps(self, size: int, time: float, *, learn: bool) -> bool:
        """Take in a packet between key frames; whether the last ones are too large for a still picture.

        `learn` from it only while nothing is known to move.
        """
        self._add(size, time)
        swing = self._sum - self._mean
        jumps = self._learned >= _WARM_UP and swing > self._threshold
        if learn and self._key_frames > _SETTLING and self._is_full:
            self._learn(self._threshold if jumps else swing)
        return jumps

    def _add(self, size: int, time: float) -> None:
        if self._recent and not self._recent[-1][0] <= time <= self._recent[-1][0] + _WINDOW:
            self._recent.clear()
            self._sum, self._is_full = 0, False
        self._recent.append((time, size))
        self._sum += size
        while self._recent[0][0] <= time - _WINDOW:
            self._sum -= self._recent.popleft()[1]
            self._is_full = True

    @property
    def _threshold(self) -> float:
        return max(_DEVIATIONS * math.sqrt(self._variance), _SMALLEST * self._key)

    def _learn(self, swing: float) -> None:
        """Average in how far the sum was off; a jump counts no more than the threshold, but wears off."""
        self._learned += 1
        weight = max(_WEIGHT, 1 / self._learned)
        self._mean += weight * swing
        self._variance = (1 - weight) * (self._variance + weight * swing**2)
