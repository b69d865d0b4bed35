"""Motion gate, detector, tracker and zones, composed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter

from frigate_ext.detect.detector import Detector
from frigate_ext.detect.lookout import Lookout, found_in
from frigate_ext.detect.motion import Motion, MotionDetector
from frigate_ext.detect.shot import Shot
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.objects import Detection, TrackedObject
from frigate_ext.pipeline.following import Following
from frigate_ext.pipeline.search import Search, Wanted
from frigate_ext.pipeline.settings import PipelineSettings
from frigate_ext.pipeline.step import Draft, Step
from frigate_ext.track.tracker import Track


class Pipeline:
    """One camera's frames, in order, from one thread; its pipelines may share a detector."""

    def __init__(self, settings: PipelineSettings, detector: Detector) -> None:
        self._settings = settings
        self._detector = detector
        self._motion = MotionDetector(settings.motion)
        self._search = Search(settings)
        self._following = Following(settings)
        self._size: Size | None = None
        self._lookout: Lookout

    def change(self, settings: PipelineSettings) -> None:
        """Go on by settings that keep tracks: an object comes into new zones as if it had just arrived.

        Its score and its rest are still measured by what held when it was first seen.
        """
        if settings.motion != self._settings.motion:
            self._motion = MotionDetector(settings.motion)
        self._search.change(settings)
        self._following.change(settings)
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
        wanted = self._search.wanted(motion, all_rest=self._following.all_rest)
        spared = {} if wanted.is_due else self._following.undisturbed(motion.boxes)
        return Draft(
            frame=frame,
            shots=self._shots(frame, motion, wanted, spared) if wanted.at_all else None,
            motion=motion.boxes,
            spared=spared,
            ended=ended,
            passed=passed,
            is_calm=wanted.is_calm,
        )

    def conclude(self, draft: Draft, seen: Sequence[list[Detection]], seconds: float) -> Step:
        """Go on with what was `seen` in each of the draft's shots, for which the detector took `seconds`."""
        frame, ended, found = draft.frame, draft.ended, list[Detection]()
        if draft.shots is None:
            self._following.skip(frame.time)
        else:
            self._search.looked()
            found = found_in(draft.shots, seen, frame.size)
            ended += self._following.follow(found, frame, draft.spared)
        ended += self._following.age(frame, draft.passed)
        return Step(
            objects=self._following.objects(frame.time) + ended,
            motion=draft.motion,
            detected=draft.shots is not None,
            inference_seconds=seconds,
            found=tuple(found),
            settled=draft.is_calm and self._following.all_rest,
        )

    def finish(self, time: float) -> tuple[TrackedObject, ...]:
        """End every object, as when the camera goes away; returns them with `end_time`."""
        return self._following.finish(time)

    def _resize(self, frame: Frame) -> tuple[TrackedObject, ...]:
        """Begin with frames of another size; returns what ended."""
        self._size = frame.size
        self._lookout = Lookout(self._detector.views(frame.size))
        self._search.scan(self._lookout.search_frames)
        return self.finish(frame.time)

    def _pass_to(self, time: float) -> float:
        """Returns how many frames at full rate have passed since the last one.

        Where all was at rest, nothing is lost by frames that never came.
        """
        if self._following.all_rest:
            self._following.skip(time - 1 / self._settings.fps)
        return self._search.pass_to(time)

    def _shots(
        self, frame: Frame, motion: Motion, wanted: Wanted, spared: Mapping[int, Track]
    ) -> tuple[Shot, ...]:
        """What to look at; a track that is `spared` is not looked for."""
        return self._lookout.shots(
            frame,
            motion.boxes,
            self._following.expected(frame.time, spared),
            whole=wanted.whole,
            closely=wanted.closely,
        )
