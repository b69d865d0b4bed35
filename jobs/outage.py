"""How long to leave alone what does not work: longer each time, until it does. Pure; monotonic seconds."""

from __future__ import annotations

import math

from frigate_ext.domain.watch import Phase

_FIRST, _LAST = 2.0, 60.0


class Outage:
    """Why a job could not look, or not keep what came of it."""

    def __init__(self) -> None:
        self._step = _FIRST
        self.until = -math.inf
        """When to try again."""
        self.phase = Phase.MODEL_DOWN

    @property
    def is_of_judge(self) -> bool:
        """The last look found no judge, and none has answered since."""
        return self.until > -math.inf and self.phase is Phase.MODEL_DOWN

    def lasts(self, now: float, phase: Phase, at_least: float = 0.0) -> None:
        """It failed once more."""
        self.phase = phase
        self.until = now + max(at_least, self._step)
        self._step = min(self._step * 2, _LAST)

    def ends(self) -> None:
        self._step, self.until = _FIRST, -math.inf
