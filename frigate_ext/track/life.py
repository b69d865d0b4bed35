"""A tracked object's life as Frigate defines it: its id, when it is believed, whether it rests."""

from __future__ import annotations

import secrets
import string
from collections import deque
from collections.abc import Callable, Iterable
from statistics import fmean, median

from frigate_ext.domain.geometry import Box, iou
from frigate_ext.domain.objects import TrackedObject
from frigate_ext.track.tracker import Track

_STILL_IOU = 0.9
"""Overlap with its place below which an active object has moved."""
_STATIONARY_IOU = 0.6
"""The same for a stationary one: a jittering box does not wake it up."""
_MOVED_IOU = 0.2
"""Below this it has moved for certain; above, recent boxes' median decides, so that one bad box does not."""
_BOXES = 10
"""Boxes that settle where its place is, and that the median is taken of."""
_ALPHABET = string.ascii_lowercase + string.digits


def new_id(time: float) -> str:
    """`<epoch seconds>-<6 of a-z0-9>`: unique across restarts and hosts for all that matters."""
    return f"{time:.6f}-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


class Place:
    """Where an object stays, and whether it has left it."""

    def __init__(self, box: Box) -> None:
        self._average = box
        self._boxes = [box]
        self._recent = deque([box], maxlen=_BOXES)

    def leaves(self, box: Box, *, stationary: bool) -> bool:
        """Whether the object has moved to a new place, which becomes its place."""
        self._recent.append(box)
        limit = _STATIONARY_IOU if stationary else _STILL_IOU
        moved = not self._keeps(box, limit)
        if moved:
            self._boxes.clear()
            self._recent.clear()
        if len(self._boxes) < _BOXES:
            self._boxes.append(box)
            self._average = _combine(fmean, self._boxes)
        return moved

    def _keeps(self, box: Box, limit: float) -> bool:
        overlap = iou(box, self._average)
        if overlap >= limit:
            return True
        return overlap >= _MOVED_IOU and iou(_combine(median, self._recent), self._average) >= limit


class ObjectLife:
    """What has become of one confirmed track. `update` is called once a frame.

    How long it has been motionless is counted in frames at full rate, though fewer may have come.
    """

    def __init__(self, track: Track, *, threshold: float, stationary_after: int) -> None:
        """`threshold` is of the median score; `stationary_after` motionless frames it is stationary."""
        self.track = track
        self.id = new_id(track.start_time)
        self.computed_score = 0.0
        self.top_score = 0.0
        self.false_positive = True
        self._motionless = 0.0
        self.position_changes = 0
        self._threshold = threshold
        self._stationary_after = stationary_after
        self._place = Place(track.box)

    @property
    def motionless_count(self) -> int:
        return round(self._motionless)

    @property
    def stationary(self) -> bool:
        return self.motionless_count > self._stationary_after

    def update(self, passed: float = 1.0) -> None:
        """Take in the track as it is after a frame, so many frames' time after the last one."""
        self.computed_score = median(self.track.scores)
        self.top_score = max(self.top_score, self.computed_score)
        self.false_positive &= self.computed_score < self._threshold
        if not self.track.missed:
            self._watch_place(passed)

    def tracked_object(
        self,
        camera: str,
        time: float,
        *,
        ended: bool,
        current_zones: tuple[str, ...],
        entered_zones: tuple[str, ...],
        pending_loitering: bool,
    ) -> TrackedObject:
        """The object in the frame of `time`."""
        return TrackedObject(
            id=self.id,
            camera=camera,
            label=self.track.label,
            frame_time=self.track.seen_time,
            start_time=self.track.start_time,
            end_time=max(time, self.track.start_time) if ended else None,
            score=0.0 if self.track.missed else self.track.score,
            computed_score=self.computed_score,
            top_score=self.top_score,
            false_positive=self.false_positive,
            box=self.track.box,
            active=not (self.false_positive or self.stationary),
            stationary=self.stationary,
            motionless_count=self.motionless_count,
            position_changes=self.position_changes,
            current_zones=current_zones,
            entered_zones=entered_zones,
            pending_loitering=pending_loitering,
        )

    def _watch_place(self, passed: float) -> None:
        """The first move counts, later ones only after a rest; what was not looked at has not moved."""
        moved = self.track.detected and self._place.leaves(self.track.box, stationary=self.stationary)
        if not moved:
            self._motionless += passed
            return
        if self.position_changes == 0 or self.stationary:
            self.position_changes += 1
        self._motionless = 0.0


def _combine(how: Callable[[Iterable[int]], float], boxes: Iterable[Box]) -> Box:
    return Box(*(round(how(side)) for side in zip(*boxes, strict=True)))
