"""Trying a watch before it is started: one question about the newest frame, of which nothing follows."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.look import LookReason
from frigate_ext.domain.watch import Watch
from frigate_ext.errors import ConflictError, FrameUnavailableError, JudgeError
from frigate_ext.runtime.clock import Clock, Deadline
from frigate_ext.store import Store
from genai.judge import Judge, Judgement, LookImage, Question
from jobs.picture import View
from jobs.plan import Ask
from jobs.schedule import zone_of
from jobs.sight import Sight

AT_ONCE = 2
"""Each holds a thread of the web server while the judge thinks."""
PER_MINUTE = 10
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Trial:
    """What the judge said, and the pictures it was shown."""

    judgement: Judgement
    images: tuple[LookImage, ...]


class Trials:
    """Safe to call from several threads. What a trial costs is known to the budgets, and stays so."""

    def __init__(
        self,
        *,
        cameras: Mapping[str, Camera],
        sight: Sight,
        judge: Judge,
        store: Store,
        clock: Clock,
        zone: tzinfo | None = None,
        timeout: float = 30.0,
    ) -> None:
        """`zone` is that of watches which name none; None is the machine's own."""
        self._cameras = cameras
        self._sight = sight
        self._judge = judge
        self._store = store
        self._clock = clock
        self._zone = zone
        self._timeout = timeout
        self._lock = threading.Lock()
        self._begun: deque[float] = deque()
        self._running: set[Deadline] = set()

    def ask(self, watch: Watch) -> Trial:
        """Put the watch's question about the newest frame; blocks for the judge.

        Raises ConflictError (`too_many_trials`), FrameUnavailableError, JudgeError or StoreError.
        """
        with self._turn() as deadline:
            camera = self._cameras.get(watch.camera)
            if camera is None:
                raise FrameUnavailableError(f"{watch.camera} is not configured any more")
            if (trouble := self._sight.trouble(camera.name)) is not None:
                raise FrameUnavailableError(trouble)
            view = self._sight.view(camera.name, Ask(LookReason.REQUESTED, None))
            images = self._sight.pictures(watch, view) if self._judge.wants_images else ()
            question = _question(watch, camera, view, images, zone_of(watch.timezone, self._zone))
            return Trial(self._paid_for(question, deadline), images)

    def _paid_for(self, question: Question, deadline: Deadline) -> Judgement:
        began = self._clock.now().wall
        try:
            judgement = self._judge.judge(question, deadline)
        except JudgeError as error:
            self._store.payments.add(began, error.paid)
            raise
        self._store.payments.add(began, judgement.paid)
        return judgement

    def keep_time_of(self, zone: tzinfo | None) -> None:
        """Another zone is that of watches which name none."""
        self._zone = zone

    def stop(self) -> None:
        """Call off what is under way."""
        with self._lock:
            running = tuple(self._running)
        for deadline in running:
            deadline.call_off()

    @contextmanager
    def _turn(self) -> Iterator[Deadline]:
        deadline = Deadline(self._timeout)
        with self._lock:
            self._admit(self._clock.now().monotonic)
            self._running.add(deadline)
        try:
            yield deadline
        finally:
            with self._lock:
                self._running.discard(deadline)

    def _admit(self, now: float) -> None:
        while self._begun and self._begun[0] <= now - _MINUTE:
            self._begun.popleft()
        if len(self._running) >= AT_ONCE:
            raise ConflictError("others are being tried just now; try again soon", code="too_many_trials")
        if len(self._begun) >= PER_MINUTE:
            wait = self._begun[0] + _MINUTE - now
            message = f"{PER_MINUTE} were tried within a minute; the next one can be in {wait:.0f} s"
            raise ConflictError(message, code="too_many_trials")
        self._begun.append(now)


def _question(
    watch: Watch, camera: Camera, view: View, images: tuple[LookImage, ...], zone: tzinfo | None
) -> Question:
    return Question(
        camera=camera,
        condition=watch.condition,
        labels=watch.labels,
        zones=watch.zones,
        frame_time=view.frame_time,
        frame_size=view.size,
        images=images,
        objects=view.objects,
        language=watch.language,
        timezone=zone,
    )
