"""Multi-object tracking after ByteTrack (Zhang et al., ECCV 2022), fit for a few frames a second.

Association comes in its stages: confident detections with confirmed tracks; *faint* detections with the
confirmed tracks left over (an occluded thing scores low before it disappears); confident ones still left
with tentative tracks. At 5 fps a walker's boxes may not overlap from frame to frame: a pair is also allowed
where the Kalman filter says the detection could be; DIoU ranks the pairs. Last, a confirmed track that was at
rest may jump, for things start to run: whoever moves already goes on as it does, and never takes over a
newcomer that somebody else explains. What then remains starts new tracks. Labels never mix.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from frigate_ext.domain.frame import Image
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import Detection
from frigate_ext.track.association import Mask, assign, overlaps
from frigate_ext.track.kalman import BoxFilters, Floats

_OVERLAP = 0.3
"""IoU from which a confident detection may always continue a track."""
_FAINT_OVERLAP = 0.5
"""IoU a faint detection needs: it is little evidence."""
_GATE = 9.21
"""99 % of a chi-square with two degrees of freedom: squared distance of a centre in standard deviations."""
_REACH = 2.5
"""However unsure the filter is: centres lie no further apart than this many times the box's longer side."""
_RETURN = 0.1
"""IoU with where it is expected that a track needs which was missed: others come along, too."""
_STEP = 0.6
"""By this many of the box's longer side what rested in the last frame may have moved, starting to run."""
_AT_REST = 0.25
"""Speed below which something rests, in sizes/s; a walker has about one."""
_SCORES = 10
"""Scores that are remembered."""
_AWAY = 5.0
"""Seconds without a frame in which whoever moves may have become anybody, or more where tracks may be missed
for longer: under overload, and of some cameras, frames are seconds apart."""


@dataclass(slots=True, eq=False)
class Track:
    """Boxes of the same thing. Changed by its tracker only."""

    serial: int
    """Counts up within the tracker."""
    label: str
    box: Box
    """Where it was last seen."""
    score: float
    """Of the last frame it was seen in."""
    start_time: float
    seen_time: float
    """Of the last frame it was seen in, or nobody looked in and it is taken to have stayed."""
    detected: bool = True
    """In the last frame, rather than missed or held."""
    scores: deque[float] = field(default_factory=lambda: deque(maxlen=_SCORES))
    """The last ones, 0 for a frame it was missed in."""
    hits: int = 1
    """Frames seen less frames missed, until confirmed."""
    missed: int = 0
    """Frames since it was seen."""
    confirmed: bool = False


class Tracks(NamedTuple):
    live: list[Track]
    """All there are, tentative ones included."""
    gone: list[Track]
    """Confirmed ones that ended just now."""


class Tracker:
    """Tracks of one camera. Time is the frames' own, in seconds."""

    def __init__(self, *, fps: float, min_initialized: int, max_disappeared: int) -> None:
        """Confirmed by more than `min_initialized` hits, a track ends when missed for `max_disappeared`."""
        self._frame_gap = 1 / fps
        self._min_initialized = min_initialized
        self._max_disappeared = max_disappeared
        self._filters = BoxFilters()
        self._tracks: list[Track] = []
        self._born = 0
        self._time: float | None = None

    @property
    def live(self) -> list[Track]:
        return list(self._tracks)

    def expected(self, time: float) -> dict[int, Box]:
        """Where each track is likely to be in a frame of `time`, by serial."""
        boxes = np.rint(self._filters.ahead(self._elapsed(time))).astype(int).tolist()
        return {track.serial: Box(*box) for track, box in zip(self._tracks, boxes, strict=True)}

    def step(
        self,
        strong: Sequence[Detection],
        faint: Sequence[Detection],
        time: float,
        spared: Collection[int] = (),
        luma: Image | None = None,  # noqa: ARG002 - cameras are taken to stand still
    ) -> Tracks:
        """Continue, start and end tracks by what was detected in the frame of `time`.

        Tracks whose serial is `spared` are taken to be where they were when nothing is detected there.
        """
        if self._lost_sight(time):
            gone = self.clear()
        else:
            gone = []
            self._filters.predict(self._elapsed(time))
        self._time = time
        pairs = self._associate([*strong, *faint], len(strong))
        self._continue([(row, (*strong, *faint)[column]) for row, column in pairs], time)
        self._rest_unseen({row for row, _ in pairs}, spared, time)
        gone += self._drop_ended()
        used = {column for _, column in pairs}
        self._begin([detection for column, detection in enumerate(strong) if column not in used], time)
        return Tracks(self.live, gone)

    def skip(self, time: float) -> None:
        """Let a frame pass in which nobody looked: nothing moves, nothing is missed."""
        self._time = time
        for track in self._tracks:
            track.detected = False
            if not track.missed:
                track.seen_time = time

    def drop(self, serials: Collection[int]) -> None:
        self._keep([row for row, track in enumerate(self._tracks) if track.serial not in serials])

    def clear(self) -> list[Track]:
        """End everything; returns the confirmed tracks."""
        ended = [track for track in self._tracks if track.confirmed]
        self._keep([])
        return ended

    def _lost_sight(self, time: float) -> bool:
        """The stream itself was away for longer than a track may be."""
        limit = max(_AWAY, self._max_disappeared * self._frame_gap)
        return self._time is not None and time - self._time > limit

    def _elapsed(self, time: float) -> float:
        """Seconds since the last frame; a stream whose time jumps back counts as one frame on."""
        if self._time is None or time <= self._time:
            return self._frame_gap
        return time - self._time

    def _associate(self, detections: list[Detection], strong: int) -> list[tuple[int, int]]:
        """Pairs (row of a track, column of a detection); the first `strong` detections are confident."""
        if not detections or not self._tracks:
            return []
        iou, diou, likely, started, free = self._compare(detections)
        confirmed = np.array([[track.confirmed] for track in self._tracks])
        fresh = np.array([[track.missed == 0] for track in self._tracks])
        confident = np.arange(len(detections)) < strong
        distance, pairs = 1 - diou, list[tuple[int, int]]()
        for allowed in (
            confirmed & confident & likely,
            confirmed & fresh & ~confident & (iou >= _FAINT_OVERLAP),
            ~confirmed & confident & likely,
            confirmed & confident & started,
        ):
            for row, column in assign(distance, allowed & free):
                pairs.append((row, column))
                free[row] = free[:, column] = False
        self._begin_anew([(row, detections[column]) for row, column in pairs if not likely[row, column]])
        return pairs

    def _begin_anew(self, pairs: list[tuple[int, Detection]]) -> None:
        """How these moved says nothing about where they go now."""
        if pairs:
            rows = np.array([row for row, _ in pairs])
            self._filters.restart(rows, _array(detection.box for _, detection in pairs))

    def _compare(self, detections: list[Detection]) -> tuple[Floats, Floats, Mask, Mask, Mask]:
        """IoU, DIoU, whether the track may well be there, or may have started to, and whether labels agree.

        Each `(N, M)`.
        """
        boxes = _array(detection.box for detection in detections)
        iou, diou = overlaps(self._filters.boxes, boxes)
        apart = self._filters.centres[:, np.newaxis] - (boxes[:, :2] + boxes[:, 2:]) / 2
        sigmas = (apart**2 / self._filters.centre_variances[:, np.newaxis]).sum(-1)
        far = np.sqrt((apart**2).sum(-1)) / (boxes[:, 2:] - boxes[:, :2]).max(-1)
        fresh = np.array([track.missed == 0 for track in self._tracks])[:, np.newaxis]
        near = (sigmas <= _GATE) & (far <= _REACH) & (fresh | (iou >= _RETURN))
        started = fresh & (self._filters.speeds <= _AT_REST)[:, np.newaxis] & (far <= _STEP)
        labels = np.array([detection.label for detection in detections])
        same = np.array([track.label for track in self._tracks])[:, np.newaxis] == labels
        return iou, diou, (iou >= _OVERLAP) | near, started, same

    def _continue(self, pairs: list[tuple[int, Detection]], time: float) -> None:
        for row, detection in pairs:
            track = self._tracks[row]
            track.box, track.score, track.seen_time = detection.box, detection.score, time
            track.scores.append(detection.score)
            track.missed, track.detected = 0, True
            track.hits += 1
            track.confirmed |= track.hits > self._min_initialized
        self._correct([row for row, _ in pairs])

    def _rest_unseen(self, seen: set[int], spared: Collection[int], time: float) -> None:
        """Count what was missed; hold what was spared where it was."""
        held = []
        for row, track in enumerate(self._tracks):
            if row in seen:
                continue
            track.detected = False
            if track.serial in spared:
                track.seen_time = time
                held.append(row)
                continue
            track.scores.append(0.0)
            track.missed += 1
            track.hits -= 1
        self._correct(held)

    def _correct(self, rows: list[int]) -> None:
        if rows:
            self._filters.update(np.array(rows), _array(self._tracks[row].box for row in rows))

    def _drop_ended(self) -> list[Track]:
        ended = {track.serial for track in self._tracks if self._ended(track)}
        gone = [track for track in self._tracks if track.confirmed and track.serial in ended]
        if ended:
            self.drop(ended)
        return gone

    def _ended(self, track: Track) -> bool:
        return track.missed > self._max_disappeared if track.confirmed else track.hits < 0

    def _begin(self, detections: list[Detection], time: float) -> None:
        for detection in detections:
            self._born += 1
            track = Track(self._born, detection.label, detection.box, detection.score, time, time)
            track.scores.append(detection.score)
            track.confirmed = track.hits > self._min_initialized
            self._tracks.append(track)
        if detections:
            self._filters.add(_array(detection.box for detection in detections))

    def _keep(self, rows: list[int]) -> None:
        self._tracks = [self._tracks[row] for row in rows]
        self._filters.keep(np.array(rows, np.intp))


def _array(boxes: Iterable[Box]) -> Floats:
    return np.array(list(boxes), np.float64)
