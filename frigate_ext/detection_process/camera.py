"""One camera in the detection loop: newest frame -> pipeline -> facts on the bus."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from frigate_ext.bus.ring import FrameRing
from frigate_ext.bus.schema import CameraStats, CameraUpdate
from frigate_ext.capture.settings import CaptureStatus
from frigate_ext.capture.thrift import Attention
from frigate_ext.detection_process.rates import SlidingRate
from frigate_ext.detection_process.ration import Standing
from frigate_ext.domain.camera import CameraState, SkipReason, phase
from frigate_ext.domain.frame import Frame, FrameKey
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection, TrackedObject
from frigate_ext.pipeline import Draft, PipelineSettings, Step
from frigate_ext.runtime.clock import Clock

logger = logging.getLogger(__name__)

_SPEAK_EVERY = 1.0
_ASSUME_GONE_AFTER = 10.0
"""Seconds without a frame on a camera that is not online; after that its objects have ended."""


_LINGER = 3.0
"""Seconds at full rate after the detector has had a reason to look, other than to search now and then."""


class FrameSource(Protocol):
    """`frigate_ext.capture.feed.Feed`, or whatever else yields frames."""

    def take(self) -> Frame | None: ...

    def status(self) -> CaptureStatus: ...

    def attend(self, until: float, attention: Attention = Attention.WANTED) -> None: ...


class FrameSteps(Protocol):
    """`frigate_ext.pipeline.Pipeline`."""

    def begin(self, frame: Frame) -> Draft: ...

    def conclude(self, draft: Draft, seen: Sequence[list[Detection]], seconds: float) -> Step: ...

    def finish(self, time: float) -> tuple[TrackedObject, ...]: ...

    def change(self, settings: PipelineSettings) -> None: ...


class CameraLoop:
    """Publishes an update per processed frame, and one a second where no frame comes. For one thread."""

    def __init__(
        self,
        name: str,
        epoch: int,
        source: FrameSource,
        pipeline: FrameSteps,
        *,
        ring: FrameRing,
        publish: Callable[[CameraUpdate], None],
        guard: AbstractContextManager[object],
        clock: Clock,
    ) -> None:
        self.name = name
        self._epoch = epoch
        self._source = source
        self._pipeline = pipeline
        self._ring = ring
        self._publish = publish
        self.guard = guard
        """Around whatever happens to this camera's frames in native code."""
        self._clock = clock
        self._meter = _Meter(clock.now().monotonic)
        self._seq = 0
        self._speak_at = 0.0
        self._seen_at = 0.0
        self._frame_time = 0.0
        self._size: Size | None = None
        self._objects: tuple[TrackedObject, ...] = ()
        self._failing = False
        self._active: frozenset[str] = frozenset()
        self._wanted_until = self._busy_until = 0.0
        self._left_out = self._idle = 0
        self._retired = ""
        self.share = 1.0
        """Of its frames, those that are processed."""
        self._credit = phase(name)
        """Frames it may still have processed."""
        self.stirred = False
        """Whether the last frame brought an object that was not there, or not moving, before."""
        self.attend(_LINGER)

    def attend(self, seconds: float) -> None:
        """Watch at full rate for so long, whether anything moves or not; callable from any thread."""
        self._source.attend(self._clock.now().monotonic + seconds)

    def change_rules(self, settings: PipelineSettings) -> None:
        """Go on by settings that keep tracks."""
        self._pipeline.change(settings)

    def retire(self, why: str) -> None:
        """Say, as the last thing, that all objects have ended."""
        self._retired = why
        self._say(self._source.status(), self._pipeline.finish(self._frame_time))

    def look_closely(self, seconds: float) -> None:
        """Attend, and leave out no frame meanwhile; callable from any thread."""
        self._wanted_until = self._clock.now().monotonic + seconds
        self.attend(seconds)

    @property
    def standing(self) -> Standing:
        now = self._clock.now().monotonic
        if now < self._wanted_until:
            return Standing.ACTIVE
        return Standing.BUSY if now < self._busy_until else Standing.QUIET

    @property
    def late(self) -> int:
        """Frames so far that a newer one replaced before their turn."""
        return self._source.status().skipped

    @property
    def due(self) -> int:
        """Frames so far that detection should have seen."""
        status = self._source.status()
        return status.frames - status.idle

    def begin(self) -> Draft | None:
        """Take the newest frame, if there is one and it is this camera's turn.

        Returns what the detector shall look at, for `conclude`; None where there is nothing to look at.
        """
        frame = self._source.take()
        self.stirred = False
        draft = self._begin(frame) if frame is not None and self._is_its_turn() else None
        if draft and draft.shots is None:
            self.conclude(draft, (), 0.0)
            draft = None
        if draft is None and self._clock.now().monotonic >= self._speak_at:
            self._say_how_it_is()
        return draft

    def _is_its_turn(self) -> bool:
        """Frames that were not even decoded count as turns it has given away."""
        if self.share == 1:
            return True
        before, self._idle = self._idle, self._source.status().idle
        self._credit += min(1.0, self.share * (1 + self._idle - before))
        if self._credit < 1:
            self._left_out += 1
            return False
        self._credit -= 1
        return True

    def _begin(self, frame: Frame) -> Draft | None:
        try:
            with self.guard:
                return self._pipeline.begin(frame)
        except Exception:  # noqa: BLE001 - logged there; one camera's failing must not blind the others
            self.failed()
            return None

    def conclude(self, draft: Draft, seen: Sequence[list[Detection]], seconds: float) -> None:
        """Go on with what the detector has `seen` in `seconds`, and publish what came of it."""
        try:
            with self.guard:
                step = self._pipeline.conclude(draft, seen, seconds)
        except Exception:  # noqa: BLE001 - as above
            self.failed()
            return
        self._failing = False
        frame = draft.frame
        self._seen_at, self._frame_time, self._size = self._clock.now().monotonic, frame.time, frame.size
        self._meter.step(step, len(draft.shots or ()), self._seen_at)
        if step.detected and not step.settled:
            self._linger(Attention.MOTION if step.motion else Attention.WANTED)
        active = frozenset(seen.id for seen in step.objects if seen.active)
        self.stirred, self._active = bool(active - self._active), active
        self._ring.put(FrameKey(self.name, self._epoch, self._seq), frame)
        self._say(self._source.status(), step.objects, frame, step.motion)

    def failed(self) -> None:
        """Take note of the error that is being handled: the camera is blind until a frame goes through."""
        level = logging.DEBUG if self._failing else logging.ERROR
        logger.log(level, "detection fails on camera %s; trying the next frame", self.name, exc_info=True)
        self._failing = True

    def _linger(self, attention: Attention) -> None:
        self._busy_until = self._seen_at + _LINGER
        self._source.attend(self._busy_until, attention)

    def _say_how_it_is(self) -> None:
        status = self._source.status()
        unseen = self._clock.now().monotonic - self._seen_at
        gone = status.state is not CameraState.ONLINE and unseen > _ASSUME_GONE_AFTER
        self._say(status, self._pipeline.finish(self._frame_time) if gone else self._objects)

    def _say(
        self,
        status: CaptureStatus,
        objects: tuple[TrackedObject, ...],
        frame: Frame | None = None,
        motion: tuple[Box, ...] = (),
    ) -> None:
        now = self._clock.now()
        state, detail = self._condition(status)
        update = CameraUpdate(
            camera=self.name,
            epoch=self._epoch,
            seq=self._seq,
            time=now.wall,
            state=state,
            detail=detail,
            size=self._size,
            frame_time=frame.time if frame else None,
            objects=objects,
            motion=motion,
            stats=self._meter.stats(status, self._left_out, now.monotonic),
            delay=_since_decoded(frame, now.monotonic),
        )
        self._publish(update)
        self._objects = tuple(seen for seen in objects if seen.end_time is None)
        self._seq += 1
        self._speak_at = now.monotonic + _SPEAK_EVERY

    def _condition(self, status: CaptureStatus) -> tuple[CameraState, str]:
        if self._retired:
            return CameraState.STARTING, self._retired
        if self._failing:
            return CameraState.OFFLINE, "detection fails, see the log"
        return status.state, status.detail


def _since_decoded(frame: Frame | None, now: float) -> float | None:
    return None if frame is None or frame.decoded_at is None else now - frame.decoded_at


class _Meter:
    """What a camera's numbers were over the last seconds."""

    def __init__(self, now: float) -> None:
        self._processed = SlidingRate(now)
        self._skipped = SlidingRate(now)
        self._inferences = SlidingRate(now)
        self._seconds = SlidingRate(now)
        self._skipped_before = 0

    def step(self, step: Step, inferences: int, now: float) -> None:
        self._processed.add(now)
        self._inferences.add(now, inferences)
        self._seconds.add(now, step.inference_seconds)

    def stats(self, status: CaptureStatus, left_out: int, now: float) -> CameraStats:
        skipped = status.skipped + left_out
        self._skipped.add(now, skipped - self._skipped_before)
        self._skipped_before = skipped
        inferences, seconds = self._inferences.per_second(now), self._seconds.per_second(now)
        return CameraStats(
            camera_fps=status.fps,
            process_fps=self._processed.per_second(now),
            skipped_fps=self._skipped.per_second(now),
            detection_fps=inferences,
            inference_ms=1000 * seconds / inferences if inferences else 0.0,
            frames=status.frames,
            skipped=skipped,
            skips={
                SkipReason.IDLE: status.idle,
                SkipReason.QUIET: left_out,
                SkipReason.LATE: status.skipped,
            },
            reconnects=status.reconnects,
            reconnects_last_hour=status.reconnects_last_hour,
            stalls_last_hour=status.stalls_last_hour,
            decoder=status.decoder,
        )
