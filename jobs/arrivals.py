"""Edges on their way from the bus to the jobs that they concern."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import Camera
from frigate_ext.runtime.clock import Clock
from genai.judge import Judge
from jobs.fast import FastAlerts
from jobs.live import LiveJob
from jobs.roster import Roster
from jobs.sight import Sight
from jobs.trigger import Edge, EdgeDetector, concerns

logger = logging.getLogger(__name__)


class Arrivals:
    """`note` is for the thread of the bus, which never waits for a job's lock: that is held over commits."""

    def __init__(
        self,
        *,
        cameras: Mapping[str, Camera],
        roster: Roster,
        sight: Sight,
        judge: Judge,
        fast: FastAlerts,
        clock: Clock,
        poke: Callable[[LiveJob], None],
    ) -> None:
        """`cameras` may be other ones at any time; `poke` has a job planned anew, which must `take` first."""
        self._cameras = cameras
        self._roster = roster
        self._sight = sight
        self._judge = judge
        self._fast = fast
        self._clock = clock
        self._poke = poke
        self._detectors: dict[str, EdgeDetector] = {}

    def note(self, update: CameraUpdate) -> None:
        """Take a message of the bus; called for every one, in order."""
        if update.camera not in self._cameras:
            self._detectors.pop(update.camera, None)
            return
        if update.camera not in self._detectors:
            self._detectors[update.camera] = EdgeDetector()
        self._sight.note(update)
        for edge in self._detectors[update.camera].step(update):
            for live in self._roster.of_camera(update.camera):
                if concerns(live.job.watch, edge):
                    self._bring(live, edge)

    def take(self, live: LiveJob) -> bool:
        """Offer a job its backlog, its lock held; True when any of it will be looked at."""
        wanted = [
            edge
            for edge, came in live.backlog.empty()
            if concerns(live.job.watch, edge) and live.policy.offer(edge, came)
        ]
        for edge in wanted:
            self._pin(live, edge)
            self._fast.offer(live, edge)
        return bool(wanted)

    def _bring(self, live: LiveJob, edge: Edge) -> None:
        """To a job that is busy now only its backlog, and the frame is fetched while it is to be had."""
        if not live.backlog.put(edge, self._clock.now()):
            logger.debug("job %s is busy for too long, an edge is lost: %s", live.job.id, edge)
        if not live.lock.acquire(blocking=False):
            self._pin(live, edge)
            self._poke(live)
            return
        try:
            wanted = self.take(live)
        finally:
            live.lock.release()
        if wanted:
            self._poke(live)

    def _pin(self, live: LiveJob, edge: Edge) -> None:
        if self._judge.wants_images:
            self._sight.pin(live.job.watch, edge)
