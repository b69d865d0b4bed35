"""What becomes of what is found: tracks, and of those that are believed lives, in and out of zones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from frigate_ext.detect.merge import is_part
from frigate_ext.domain.filters import LabelFilter
from frigate_ext.domain.frame import LONGEST_GAP, Frame
from frigate_ext.domain.geometry import Box, Size, gap, iou
from frigate_ext.domain.objects import Detection, TrackedObject
from frigate_ext.pipeline.settings import PipelineSettings
from frigate_ext.track.choice import new_tracker
from frigate_ext.track.life import ObjectLife
from frigate_ext.track.tracker import Track
from frigate_ext.zones import ZonePresence

_PIECE = 0.6
"""IoU with an object at rest below which a box inside it shows but a part of it."""
_DEFAULT_FILTER = LabelFilter()


@dataclass(slots=True)
class _Known:
    """What is kept for a confirmed track."""

    life: ObjectLife
    zones: ZonePresence


class Following:
    """The objects of one camera."""

    def __init__(self, settings: PipelineSettings) -> None:
        self._settings = settings
        self._tracker = new_tracker(
            settings.tracker,
            fps=settings.fps,
            min_initialized=settings.min_initialized,
            max_disappeared=settings.max_disappeared,
        )
        self._known: dict[int, _Known] = {}

    def change(self, settings: PipelineSettings) -> None:
        """Go on by settings that keep tracks: an object comes into new zones as if it had just arrived.

        Its score and its rest are still measured by what held when it was first seen.
        """
        for known in self._known.values():
            known.zones.change(settings.zones)
        self._settings = settings

    @property
    def all_rest(self) -> bool:
        return all(map(self._at_rest, self._tracker.live))

    def undisturbed(self, motion: Sequence[Box]) -> dict[int, Track]:
        """Tracks at rest where nothing moves, by serial."""
        tracks = [track for track in self._tracker.live if self._at_rest(track)]
        return {t.serial: t for t in tracks if not any(gap(t.box, moving) == 0 for moving in motion)}

    def expected(self, time: float, spared: Mapping[int, Track]) -> list[Box]:
        """Where the others than those `spared` will be."""
        return [box for serial, box in self._tracker.expected(time).items() if serial not in spared]

    def skip(self, time: float) -> None:
        """Nobody has looked until then."""
        self._tracker.skip(time)

    def follow(
        self, found: Sequence[Detection], frame: Frame, spared: Mapping[int, Track]
    ) -> tuple[TrackedObject, ...]:
        """Follow what was found; returns what ended.

        A track at rest where nothing moves is taken to be there though it is not looked at or overlooked, and
        must show once in a while.
        """
        whole = [seen for seen in found if not self._is_piece(seen, spared.values())]
        strong, faint = self._believable(whole, frame.size)
        gone = self._tracker.step(strong, faint, frame.time, spared, frame.y).gone
        return self._end(gone, frame.time)

    def age(self, frame: Frame, passed: float) -> tuple[TrackedObject, ...]:
        """Let all live through what has `passed`, in frames at full rate; returns what ended of old age.

        That the clock was set forward counts as one frame, as where it was set back.
        """
        lived = passed if passed <= LONGEST_GAP * self._settings.fps else 1.0
        for track in self._tracker.live:
            if track.confirmed:
                known = self._known.get(track.serial) or self._meet(track)
                known.life.update(lived)
                if not track.missed:
                    known.zones.step(track.box, known.life.computed_score, frame.size, frame.time)
        return self._end(self._expired(), frame.time)

    def objects(self, time: float) -> tuple[TrackedObject, ...]:
        """All there are."""
        return tuple(self._object(known, time, ended=False) for known in self._known.values())

    def finish(self, time: float) -> tuple[TrackedObject, ...]:
        """End every object; returns them with `end_time`."""
        return self._end(self._tracker.clear(), time)

    def _at_rest(self, track: Track) -> bool:
        known = self._known.get(track.serial)
        return known is not None and known.life.stationary and not track.missed

    def _is_piece(self, seen: Detection, resting: Iterable[Track]) -> bool:
        """Whether it is the part of an object at rest that happened to be looked at."""
        return any(
            seen.label == track.label and iou(seen.box, track.box) < _PIECE and is_part(seen.box, [track.box])
            for track in resting
        )

    def _believable(self, found: Sequence[Detection], size: Size) -> tuple[list[Detection], list[Detection]]:
        """Tracked labels' detections that pass the filters: those that reach `min_score`, and the others."""
        strong: list[Detection] = []
        faint: list[Detection] = []
        for detection in found:
            rule = self._filter(detection.label)
            if detection.label in self._settings.labels and rule.accepts(detection.box, size):
                (strong if detection.score >= rule.min_score else faint).append(detection)
        return strong, faint

    def _filter(self, label: str) -> LabelFilter:
        return self._settings.filters.get(label, _DEFAULT_FILTER)

    def _meet(self, track: Track) -> _Known:
        life = ObjectLife(
            track,
            threshold=self._filter(track.label).threshold,
            stationary_after=self._settings.stationary.threshold,
        )
        known = _Known(life, ZonePresence(track.label, self._settings.zones))
        self._known[track.serial] = known
        return known

    def _expired(self) -> list[Track]:
        """Tracks that have been stationary for longer than their label may be; dropped."""
        rules = self._settings.stationary
        gone = [
            known.life.track
            for known in self._known.values()
            if (limit := rules.max_frames.get(known.life.track.label)) is not None
            and known.life.motionless_count >= rules.threshold + limit
        ]
        self._tracker.drop({track.serial for track in gone})
        return gone

    def _end(self, tracks: Iterable[Track], time: float) -> tuple[TrackedObject, ...]:
        return tuple(self._object(self._known.pop(track.serial), time, ended=True) for track in tracks)

    def _object(self, known: _Known, time: float, *, ended: bool) -> TrackedObject:
        return known.life.tracked_object(
            self._settings.camera,
            time,
            ended=ended,
            current_zones=known.zones.current,
            entered_zones=known.zones.entered,
            pending_loitering=known.zones.pending_loitering,
        )
