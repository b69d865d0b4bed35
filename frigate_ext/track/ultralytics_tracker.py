"""Ultralytics' ByteTrack and BoT-SORT behind our protocol: they associate, lives are counted as ours are.

Without appearance and, but for `botsort_gmc`, camera-motion compensation: cameras are fixed, and frames are
not looked at twice. One of their trackers serves each label, since they would match a dog with a person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
from ultralytics.engine.results import Boxes
from ultralytics.trackers import BOTSORT, BYTETracker

from frigate_ext.domain.frame import Image
from frigate_ext.domain.geometry import Box, iou
from frigate_ext.domain.objects import Detection
from frigate_ext.track.camera_motion import CameraMotion
from frigate_ext.track.tracker import Track, Tracks

_MAKERS = {"bytetrack": BYTETracker, "botsort": BOTSORT, "botsort_gmc": BOTSORT}
_HELD = 0.5
"""IoU with a spared track from which a detection is that very thing."""
_STRONG = 0.5
_FAINT = 0.1
"""Scores that stand for strong and faint: which is which is decided by the caller's filters."""


class UltralyticsTracker:
    """Tracks of one camera."""

    def __init__(
        self,
        kind: Literal["bytetrack", "botsort", "botsort_gmc"],
        *,
        min_initialized: int,
        max_disappeared: int,
    ) -> None:
        self._kind = kind
        self._camera = CameraMotion() if kind == "botsort_gmc" else None
        self._min_initialized = min_initialized
        self._max_disappeared = max_disappeared
        self._theirs: dict[str, Any] = {}
        self._tracks: dict[tuple[str, int], Track] = {}
        """By label and ultralytics' id."""
        self._previous: dict[int, Box] = {}
        """Box before the present one, by serial."""
        self._born = 0

    @property
    def live(self) -> list[Track]:
        return list(self._tracks.values())

    def expected(self, time: float) -> dict[int, Box]:  # noqa: ARG002 - theirs count frames, not seconds
        return {track.serial: self._ahead(track) for track in self.live}

    def step(
        self,
        strong: Sequence[Detection],
        faint: Sequence[Detection],
        time: float,
        spared: Collection[int] = (),
        luma: Image | None = None,
    ) -> Tracks:
        picture = None if luma is None else luma[:, :, np.newaxis]
        held = [track for track in self.live if track.serial in spared and not _found(track, strong)]
        seen: set[int] = set()
        for label in {d.label for d in (*strong, *faint)} | set(self._theirs):
            mine = (_of(label, strong), _of(label, faint), _of(label, held))
            seen |= self._associate(label, *mine, time, picture=picture)
        for track in self.live:
            if track.serial not in seen:
                _miss(track)
        gone = [track for track in self.live if self._ended(track)]
        self.drop({track.serial for track in gone})
        return Tracks(self.live, [track for track in gone if track.confirmed])

    def skip(self, time: float) -> None:
        for track in self.live:
            track.detected = False
            if not track.missed:
                track.seen_time = time

    def drop(self, serials: Collection[int]) -> None:
        self._tracks = {key: track for key, track in self._tracks.items() if track.serial not in serials}
        self._previous = {serial: box for serial, box in self._previous.items() if serial not in serials}

    def clear(self) -> list[Track]:
        ended = [track for track in self.live if track.confirmed]
        self._tracks, self._theirs, self._previous = {}, {}, {}
        if self._camera:
            self._camera.reset_params()
        return ended

    def _associate(
        self,
        label: str,
        strong: list[Detection],
        faint: list[Detection],
        held: list[Track],
        time: float,
        *,
        picture: Image | None,
    ) -> set[int]:
        """Serials of the label's tracks that were seen or held."""
        real = [*strong, *faint]
        stand_ins = [Detection(label, track.score, track.box) for track in held]
        scores = [_STRONG] * len(strong) + [_FAINT] * len(faint) + [_STRONG] * len(held)
        everything = [*real, *stand_ins]
        rows = self._tracker(label).update(_boxes(everything, scores), picture)
        seen: set[int] = set()
        for row in rows:
            number, index = int(row[4]), int(row[7])
            track = self._tracks.get((label, number)) or self._begin(label, number, everything[index], time)
            self._continue(track, everything[index], time, detected=index < len(real))
            seen.add(track.serial)
        return seen

    def _tracker(self, label: str) -> Any:
        if label not in self._theirs:
            self._theirs[label] = _MAKERS[self._kind](_options(self._max_disappeared))
            if self._camera:
                self._theirs[label].gmc = self._camera
        return self._theirs[label]

    def _begin(self, label: str, number: int, detection: Detection, time: float) -> Track:
        self._born += 1
        track = Track(self._born, label, detection.box, detection.score, time, time, hits=0)
        self._tracks[label, number] = track
        return track

    def _continue(self, track: Track, detection: Detection, time: float, *, detected: bool) -> None:
        track.detected, track.seen_time = detected, time
        if not detected:
            return
        self._previous[track.serial] = track.box
        track.box, track.score, track.missed = detection.box, detection.score, 0
        track.scores.append(detection.score)
        track.hits += 1
        track.confirmed |= track.hits > self._min_initialized

    def _ended(self, track: Track) -> bool:
        return track.missed > self._max_disappeared if track.confirmed else track.hits < 0

    def _ahead(self, track: Track) -> Box:
        """Where it will be if it goes on as it did in the last frame."""
        before = self._previous.get(track.serial, track.box)
        dx, dy = ((now - then) for now, then in zip(track.box[:2], before[:2], strict=True))
        return Box(track.box.x1 + dx, track.box.y1 + dy, track.box.x2 + dx, track.box.y2 + dy)


def _options(max_disappeared: int) -> SimpleNamespace:
    """Ultralytics' defaults, but for what starts a track and how long it is remembered."""
    return SimpleNamespace(
        track_high_thresh=_STRONG - 0.1,
        track_low_thresh=_FAINT / 2,
        new_track_thresh=_STRONG - 0.1,
        track_buffer=max(1, max_disappeared),
        match_thresh=0.8,
        fuse_score=False,
        gmc_method="none",
        proximity_thresh=0.5,
        appearance_thresh=0.8,
        with_reid=False,
        model="auto",
    )


def _boxes(detections: Sequence[Detection], scores: Sequence[float]) -> Boxes:
    rows = [[*d.box, score, 0.0] for d, score in zip(detections, scores, strict=True)]
    return Boxes(np.array(rows, np.float32).reshape(-1, 6), (1, 1))


def _of(label: str, things: Sequence[Any]) -> list[Any]:
    return [thing for thing in things if thing.label == label]


def _found(track: Track, detections: Sequence[Detection]) -> bool:
    return any(seen.label == track.label and iou(seen.box, track.box) >= _HELD for seen in detections)


def _miss(track: Track) -> None:
    track.detected = False
    track.scores.append(0.0)
    track.missed += 1
    track.hits -= 1
