"""When the detector looks: where something happens, and once in a while for what motion does not show."""

from __future__ import annotations

from dataclasses import dataclass

from frigate_ext.detect.motion import Motion
from frigate_ext.domain.camera import phase
from frigate_ext.pipeline.settings import PipelineSettings

_SCAN_SECONDS = 2.0
"""The detector searches every frame for so long at first: motion never finds what stands still then.

As many looks as that is at full rate: they are what counts, and bring that rate about.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of a frame the detector is wanted for, apart from what moves and what is tracked."""

    is_calm: bool
    """Nothing moves or may have, and all is settled."""
    is_due: bool
    """It is time to search, also for what is taken to be where it was."""
    whole: bool
    """The whole frame, since motion does not say where to look."""
    closely: bool
    """Other parts of it, larger than life."""

    @property
    def at_all(self) -> bool:
        return self.is_due or not self.is_calm


class Search:
    """One camera's: told of each frame's time, of what moves in it, and of each look that was taken.

    Time is the frames' own.
    """

    def __init__(self, settings: PipelineSettings) -> None:
        self._settings = settings
        self._scan_left = 0
        self._time: float | None = None
        """Of the last frame."""
        self._unsearched = 0.0
        """Frames at full rate since the last search."""

    def change(self, settings: PipelineSettings) -> None:
        """Go on by settings of the same frame rate."""
        self._settings = settings

    def scan(self, frames: int) -> None:
        """Begin anew, with a search in each of the next `frames` looks at least."""
        self._scan_left = max(round(_SCAN_SECONDS * self._settings.fps), frames)

    def pass_to(self, time: float) -> float:
        """How many frames at full rate have passed since the last one; one where time itself stands still."""
        before, self._time = self._time, time
        passed = 1.0 if before is None or time <= before else (time - before) * self._settings.fps
        self._unsearched += passed
        return passed

    def wanted(self, motion: Motion, *, all_rest: bool) -> Wanted:
        """What the frame of now is looked at for; a search that is wanted is taken to be made."""
        is_due, is_scanning = self._is_due, self._scan_left > 0
        is_blind = is_scanning or motion.calibrating or not self._settings.motion.enabled
        if is_due or is_scanning:
            self._unsearched = self._head_start if is_scanning else 0.0
        return Wanted(
            is_calm=all_rest and not motion.boxes and not is_blind,
            is_due=is_due,
            whole=is_due or is_blind,
            closely=is_due or is_scanning,
        )

    def looked(self) -> None:
        """The detector has looked at a frame."""
        self._scan_left = max(0, self._scan_left - 1)

    @property
    def _is_due(self) -> bool:
        return round(self._unsearched) >= self._settings.stationary.interval

    @property
    def _head_start(self) -> float:
        """Frames by which this camera's searches come sooner than others', or all would search at once."""
        return phase(self._settings.camera) * self._settings.stationary.interval
