"""From a camera's frames to its tracked objects: motion gate, detector, tracker, zones, composed.

Decides by the frames' own time only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from frigate_ext.detect.detector import Detector
from frigate_ext.detect.lookout import Lookout, found_in
from frigate_ext.detect.merge import is_part
from frigate_ext.detect.motion import Motion, MotionDetector, MotionSettings
from frigate_ext.detect.shot import Shot
from frigate_ext.domain.camera import phase
from frigate_ext.domain.filters import LabelFilter
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, Size, gap, iou
from frigate_ext.domain.objects import Detection, TrackedObject
from frigate_ext.track.choice import TrackerKind, new_tracker
from frigate_ext.track.life import ObjectLife
from frigate_ext.track.tracker import Track
from frigate_ext.zones import ZonePresence, ZoneRule

_PIECE = 0.6
"""IoU with an object at rest below which a box inside it shows but a part of it."""
_SCAN_SECONDS = 2.0
"""The detector searches every frame for so long at first: motion never finds what stands still then.

As many looks as that is at full rate: they are what counts, and bring that rate about.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationarySettings:
    """Frigate's `detect.stationary`. Counts are frames at full rate.

    They stand for time, and go by the frames' own: of a quiet stream, or under overload, fewer frames come.
    """

    threshold: int = 50
    """Motionless frames after which an object is stationary."""
    interval: int = 50
    """Frames after which stationary objects are looked for again though nothing moves."""
    max_frames: Mapping[str, int] = field(default_factory=dict)
    """By label: frames an object may be stationary before it is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSettings:
    """One camera's detection."""

    camera: str
    labels: tuple[str, ...] = ("person",)
    """What is tracked."""
    filters: Mapping[str, LabelFilter] = field(default_factory=dict)
    """By label; a label without one gets the defaults."""
    zones: tuple[ZoneRule, ...] = ()
    motion: MotionSettings = field(default_factory=MotionSettings)
    """With motion disabled, the detector looks at every frame."""
    fps: float = 5.0
    """The full rate."""
    min_initialized: int = 2
    """An object must have been seen in more frames than this."""
    max_disappeared: int = 25
    """An object ends that was missed in more frames than this.

    Both count frames that were looked at, however long that took: they are evidence, which time is not.
    """
    stationary: StationarySettings = field(default_factory=StationarySettings)
    tracker: TrackerKind = "own"

    def keeps_tracks(self, after: PipelineSettings) -> bool:
        """Whether objects can stay who they are under other settings."""
        return _of_tracker(self) == _of_tracker(after)


def _of_tracker(settings: PipelineSettings) -> tuple[object, ...]:
    return settings.tracker, settings.fps, settings.min_initialized, settings.max_disappeared


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What came of one frame."""

    objects: tuple[TrackedObject, ...]
    """All there are; those that ended with this frame come once more, with `end_time`."""
    motion: tuple[Box, ...]
    detected: bool
    """Whether the detector looked."""
    inference_seconds: float
    found: tuple[Detection, ...] = ()
    """What the detector found where it looked."""
    settled: bool = False
    """Whether the next frame is of no more interest than any: nothing moves, all that there is rests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is known of a frame before the detector has looked."""

    frame: Frame
    shots: tuple[Shot, ...] | None
    """What it shall look at; None: there is no reason to."""
    motion: tuple[Box, ...]
    spared: Mapping[int, Track]
    """Tracks, by serial, that are taken to be where they were if they aren't seen."""
    ended: tuple[TrackedObject, ...]
    passed: float
    """Frames at full rate since the last one."""
    is_calm: bool
    """Whether there is no reason to look, other than that it may be time to search."""


@dataclass(slots=True)
class _Known:
    """What is kept for a confirmed track."""

    life: ObjectLife
    zones: ZonePresence


class Pipeline:
    """One camera's frames, in order, from one thread; its pipelines may share a detector."""

    def __init__(self, settings: PipelineSettings, detector: Detector) -> None:
        self._settings = settings
        self._detector = detector
        self._motion = MotionDetector(settings.motion)
        self._tracker = new_tracker(
            settings.tracker,
            fps=settings.fps,
            min_initialized=settings.min_initialized,
            max_disappeared=settings.max_disappeared,
        )
        self._known: dict[int, _Known] = {}
        self._size: Size | None = None
        self._lookout: Lookout
        self._scan_left = 0
        self._time: float | None = None
        """Of the last frame."""
        self._unsearched = 0.0
        """Frames at full rate since the last search."""

    def change(self, settings: PipelineSettings) -> None:
        """Go on by settings that keep tracks: an object comes into new zones as if it had just arrived.

        Its score and its rest are still measured by what held when it was first seen.
        """
        if settings.motion != self._settings.motion:
            self._motion = MotionDetector(settings.motion)
        for known in self._known.values():
            known.zones.change(settings.zones)
        self._settings = settings

    def step(self, frame: Frame) -> Step:
        """Take in the next frame. Blocks for as long as the detector takes."""
        draft = self.begin(frame)
        if draft.shots is None:
            return self.conclude(draft, (), 0.0)
        began = perf_counter()
        seen = self._detector.infer_all(draft.shots)
        return self.conclude(draft, seen, perf_counter() - began)

    def begin(self, frame: Frame) -> Draft:
        """Take in the next frame, and say what of it the detector shall look at."""
        ended = () if frame.size == self._size else self._resize(frame)
        passed = self._pass_to(frame.time)
        motion = self._motion.step(frame.y, passed)
        is_calm, is_due = self._is_calm(motion), self._is_search_due
        spared = {} if is_due else self._undisturbed(motion.boxes)
        return Draft(
            frame=frame,
            shots=None if is_calm and not is_due else self._shots(frame, motion, spared),
            motion=motion.boxes,
            spared=spared,
            ended=ended,
            passed=passed,
            is_calm=is_calm,
        )

    def conclude(self, draft: Draft, seen: Sequence[list[Detection]], seconds: float) -> Step:
        """Go on with what was `seen` in each of the draft's shots, for which the detector took `seconds`."""
        frame, gone, found = draft.frame, list[Track](), list[Detection]()
        if draft.shots is None:
            self._tracker.skip(frame.time)
        else:
            found = found_in(draft.shots, seen, frame.size)
            gone = self._track(found, frame, draft.spared)
        self._scan_left = max(0, self._scan_left - 1)
        self._update(frame, draft.passed)
        gone += self._expired()
        ended = draft.ended + tuple(self._end(track, frame.time) for track in gone)
        objects = tuple(self._object(known, frame.time, ended=False) for known in self._known.values())
        return Step(
            objects=objects + ended,
            motion=draft.motion,
            detected=draft.shots is not None,
            inference_seconds=seconds,
            found=tuple(found),
            settled=draft.is_calm and self._all_rest,
        )

    def _resize(self, frame: Frame) -> tuple[TrackedObject, ...]:
        """Begin with frames of another size; returns what ended."""
        self._size = frame.size
        self._lookout = Lookout(self._detector.views(frame.size))
        self._scan_left = max(round(_SCAN_SECONDS * self._settings.fps), self._lookout.search_frames)
        return self.finish(frame.time)

    def finish(self, time: float) -> tuple[TrackedObject, ...]:
        """End every object, as when the camera goes away; returns them with `end_time`."""
        return tuple(self._end(track, time) for track in self._tracker.clear())

    def _pass_to(self, time: float) -> float:
        """How many frames at full rate have passed since the last one; one where time itself stands still.

        Where all was at rest, nothing is lost by frames that never came.
        """
        fps, before = self._settings.fps, self._time
        passed = 1.0 if before is None or time <= before else (time - before) * fps
        if self._all_rest:
            self._tracker.skip(time - 1 / fps)
        self._time = time
        self._unsearched += passed
        return passed

    def _is_calm(self, motion: Motion) -> bool:
        """Nothing moves or may have, and all is settled."""
        return not motion.boxes and not self._is_blind(motion) and self._all_rest

    def _is_blind(self, motion: Motion) -> bool:
        """Motion says nothing of where things are: it is not known, not asked, or they stand still."""
        return not self._settings.motion.enabled or motion.calibrating or self._scan_left > 0

    @property
    def _is_search_due(self) -> bool:
        return round(self._unsearched) >= self._settings.stationary.interval

    @property
    def _all_rest(self) -> bool:
        return all(map(self._at_rest, self._tracker.live))

    def _at_rest(self, track: Track) -> bool:
        known = self._known.get(track.serial)
        return known is not None and known.life.stationary and not track.missed

    def _shots(self, frame: Frame, motion: Motion, spared: Mapping[int, Track]) -> tuple[Shot, ...]:
        """What to look at; a track that is `spared` is not looked for."""
        expected = self._tracker.expected(frame.time)
        closely = self._is_search_due or self._scan_left > 0
        shots = self._lookout.shots(
            frame,
            motion.boxes,
            [box for serial, box in expected.items() if serial not in spared],
            whole=self._is_search_due or self._is_blind(motion),
            closely=closely,
        )
        if closely:
            self._unsearched = self._head_start if self._scan_left else 0.0
        return shots

    @property
    def _head_start(self) -> float:
        """Frames by which this camera's searches come sooner than others', or all would search at once."""
        return phase(self._settings.camera) * self._settings.stationary.interval

    def _track(self, found: Sequence[Detection], frame: Frame, spared: Mapping[int, Track]) -> list[Track]:
        """Follow what was found; returns the tracks that ended.

        A track at rest where nothing moves is taken to be there though it is not looked at or overlooked, and
        must show once in a while.
        """
        whole = [seen for seen in found if not self._is_piece(seen, spared.values())]
        strong, faint = self._believable(whole, frame.size)
        return self._tracker.step(strong, faint, frame.time, spared).gone

    def _is_piece(self, seen: Detection, resting: Iterable[Track]) -> bool:
        """Whether it is the part of an object at rest that happened to be looked at."""
        return any(
            seen.label == track.label and iou(seen.box, track.box) < _PIECE and is_part(seen.box, [track.box])
            for track in resting
        )

    def _undisturbed(self, motion: Sequence[Box]) -> dict[int, Track]:
        """Tracks at rest where nothing moves, by serial."""
        tracks = [track for track in self._tracker.live if self._at_rest(track)]
        return {t.serial: t for t in tracks if not any(gap(t.box, moving) == 0 for moving in motion)}

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

    def _update(self, frame: Frame, passed: float) -> None:
        for track in self._tracker.live:
            if track.confirmed:
                known = self._known.get(track.serial) or self._meet(track)
                known.life.update(passed)
                if not track.missed:
                    known.zones.step(track.box, known.life.computed_score, frame.size, frame.time)

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

    def _end(self, track: Track, time: float) -> TrackedObject:
        return self._object(self._known.pop(track.serial), time, ended=True)

    def _object(self, known: _Known, time: float, *, ended: bool) -> TrackedObject:
        return known.life.tracked_object(
            self._settings.camera,
            time,
            ended=ended,
            current_zones=known.zones.current,
            entered_zones=known.zones.entered,
            pending_loitering=known.zones.pending_loitering,
        )


_DEFAULT_FILTER = LabelFilter()
