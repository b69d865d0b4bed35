"""Tells people about watches that can't work: `troubles` decides, this commits the alerts."""

from __future__ import annotations

import logging
from collections.abc import Collection

from frigate_ext.domain.look import AlertKind
from frigate_ext.domain.watch import Phase
from frigate_ext.errors import StoreError
from frigate_ext.runtime.clock import Clock, Moment
from frigate_ext.store import Store
from genai.judge import Judge
from jobs.alerts import new_alert_id
from jobs.listener import Listener
from jobs.live import LiveJob
from jobs.roster import Roster
from jobs.sight import Sight
from jobs.troubles import Cause, News, Troubles, alert_about

logger = logging.getLogger(__name__)

_AT_REST = {None, Phase.SNOOZED, Phase.OFF_SCHEDULE}
"""A watch that is not to look now misses neither its camera nor its model."""

STARTING = 300.0
"""Seconds from our own start for which a camera that has not had its first chance is no news: models are
fetched and compiled meanwhile."""


class Herald:
    """Called from one thread."""

    def __init__(
        self,
        *,
        roster: Roster,
        sight: Sight,
        store: Store,
        listener: Listener,
        notifiers: Collection[str],
        judge: Judge,
        clock: Clock,
    ) -> None:
        """`judge` is named to people."""
        self._roster = roster
        self._sight = sight
        self._store = store
        self._listener = listener
        self._notifiers = notifiers
        self._judge = judge
        self._clock = clock
        self._patient_until = clock.now().monotonic + STARTING
        self._troubles = Troubles()

    def tick(self) -> None:
        """Look at every job, once a second; commits what is worth telling."""
        now = self._clock.now()
        is_patient = now.monotonic < self._patient_until
        known: dict[str, Cause | None] = {}
        unknown: set[str] = set()
        for live in self._roster.all():
            job = live.job
            is_starting = is_patient and self._sight.is_starting(job.watch.camera)
            if job.phase is Phase.LOOKING or is_starting:
                unknown.add(job.id)
            elif job.phase not in _AT_REST:
                known[job.id] = self._cause(live)
        for news in self._troubles.step(now.monotonic, known, unknown):
            self._tell(news, now)

    def _cause(self, live: LiveJob) -> Cause | None:
        if live.job.phase is Phase.BLIND:
            return Cause(AlertKind.BLIND, live.job.watch.camera)
        if live.policy.judge_is_down:
            return Cause(AlertKind.MODEL_DOWN, self._judge.name)
        if live.job.phase is Phase.BUDGET_SPENT:
            own = live.policy.own_budget(self._clock.now())
            return Cause(AlertKind.BUDGET_SPENT, live.job.id if own else self._judge.name)
        if live.absence.kind is not None:
            return Cause(live.absence.kind, self._judge.name)
        return None

    def _tell(self, news: News, now: Moment) -> None:
        """In the name of the first job; where that can't be saved, the next tick tries again."""
        concerned = [live for job in news.jobs if (live := self._roster.get(job)) is not None]
        if not concerned:
            return
        stood_in = all(live.absence.kind is AlertKind.MODEL_DOWN for live in concerned)
        jobs = [live.job for live in concerned]
        alert = alert_about(news, jobs, new_alert_id(now.wall), now.wall, stood_in=stood_in)
        with concerned[0].lock:
            try:
                self._store.alerts.commit(alert, (), concerned[0].job, None, self._notifiers)
            except StoreError as error:
                logger.warning("can't tell people yet: %s: %s", alert.message, error)
                return
        self._troubles.told(news, now.monotonic)
        logger.warning("%s", alert.message)
        self._listener.alert_committed(alert)
