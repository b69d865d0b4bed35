"""Tells people of what triggers a watch, before anybody has judged it."""

from __future__ import annotations

import logging
import queue
from collections.abc import Collection

from frigate_ext.domain.watch import JobState
from frigate_ext.errors import FrameUnavailableError, StoreError
from frigate_ext.runtime.clock import Clock
from frigate_ext.runtime.worker import Worker
from frigate_ext.store import Store
from jobs.alerts import new_alert_id, unverified
from jobs.listener import Listener
from jobs.live import LiveJob
from jobs.sight import Sight
from jobs.trigger import Edge

logger = logging.getLogger(__name__)

_WAITING = 256
"""Edges; what comes beyond is told by its verdict only."""


class FastAlerts(Worker):
    """Waits for each edge's picture, commits its alert and has it told."""

    def __init__(
        self, *, sight: Sight, store: Store, listener: Listener, notifiers: Collection[str], clock: Clock
    ) -> None:
        super().__init__("fx-fast-alert")
        self._sight = sight
        self._store = store
        self._listener = listener
        self._notifiers = notifiers
        self._clock = clock
        self._waiting: queue.Queue[tuple[LiveJob, Edge] | None] = queue.Queue(_WAITING)

    def offer(self, live: LiveJob, edge: Edge) -> None:
        """An edge will be looked at; never blocks."""
        if live.job.watch.fast_alert and edge.kind.is_arrival:
            self._put((live, edge))

    def wake(self) -> None:
        self._put(None)

    def run(self) -> None:
        while not self.stopping.is_set():
            waiting = self._waiting.get()
            if waiting is not None and not self.stopping.is_set():
                self._tell(*waiting)

    def _put(self, waiting: tuple[LiveJob, Edge] | None) -> None:
        try:
            self._waiting.put_nowait(waiting)
        except queue.Full:
            logger.debug("an arrival is told by its verdict only: %d others wait to be told", _WAITING)

    def _tell(self, live: LiveJob, edge: Edge) -> None:
        """Tell it, unless it has been judged meanwhile, or people are told enough."""
        evidence = self._picture(live, edge)
        with live.lock:
            now = self._clock.now()
            if live.told is not None or live.job.state is not JobState.RUNNING:
                return
            if not live.policy.may_tell(edge, now):
                return
            alert = unverified(new_alert_id(now.wall), live.job, edge, now.wall, len(evidence))
            try:
                self._store.alerts.commit(alert, evidence, live.job, None, self._notifiers)
            except StoreError as error:
                logger.warning("job %s: an arrival is told by its verdict only: %s", live.job.id, error)
                return
            live.told = alert
            live.policy.told(now)
        logger.info("job %s: unverified alert %s: %s", live.job.id, alert.id, edge)
        self._listener.alert_committed(alert)

    def _picture(self, live: LiveJob, edge: Edge) -> tuple[bytes, ...]:
        try:
            images = self._sight.pictures(live.job.watch, self._sight.view_of(edge))
        except FrameUnavailableError as error:
            logger.info("job %s: told without a picture: %s", live.job.id, error)
            return ()
        return tuple(image.jpeg for image in images)
