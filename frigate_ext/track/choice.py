"""What a tracker is, and which there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from frigate_ext.domain.frame import Image
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import Detection
from frigate_ext.track.tracker import Track, Tracker, Tracks

TrackerKind = Literal["own", "bytetrack", "botsort", "botsort_gmc"]


class ObjectTracker(Protocol):
    """Makes tracks of one camera's detections. Labels never mix; time is the frames' own, in seconds."""

    @property
    def live(self) -> list[Track]:
        """All tracks there are, tentative ones included."""

    def expected(self, time: float) -> dict[int, Box]:
        """Where each track is likely to be in a frame of `time`, by serial."""

    def step(
        self,
        strong: Sequence[Detection],
        faint: Sequence[Detection],
        time: float,
        spared: Collection[int] = (),
        luma: Image | None = None,
    ) -> Tracks:
        """Continue, start and end tracks by what was detected in the frame of `time`.

        Faint detections start no track. Tracks whose serial is `spared` are taken to be where they were when
        nothing is detected there. `luma` is the frame's plane, `uint8 (H, W)`, for those that allow for
        cameras that move.
        """

    def skip(self, time: float) -> None:
        """Let a frame pass in which nobody looked: nothing moves, nothing is missed."""

    def drop(self, serials: Collection[int]) -> None:
        """Forget tracks."""

    def clear(self) -> list[Track]:
        """End everything; returns the confirmed tracks."""


def new_tracker(
    kind: TrackerKind, *, fps: float, min_initialized: int, max_disappeared: int
) -> ObjectTracker:
    """A track is confirmed by more than `min_initialized` hits and ends when missed for `max_disappeared`."""
    if kind == "own":
        return Tracker(fps=fps, min_initialized=min_initialized, max_disappeared=max_disappeared)
    from frigate_ext.track.ultralytics_tracker import UltralyticsTracker  # noqa: PLC0415 - imports torch

    return UltralyticsTracker(kind, min_initialized=min_initialized, max_disappeared=max_disappeared)
