"""Changes of a job's record that count only once they are saved."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from frigate_ext.domain.watch import JobState
from frigate_ext.runtime.clock import Clock
from frigate_ext.store import Store
from jobs.alerts import orphaned
from jobs.listener import Listener
from jobs.live import LiveJob
from jobs.roster import Roster

logger = logging.getLogger(__name__)


class Records:
    """Called with the job's lock held."""

    def __init__(self, *, store: Store, roster: Roster, listener: Listener, clock: Clock) -> None:
        self._store = store
        self._roster = roster
        self._listener = listener
        self._clock = clock

    def save(self, live: LiveJob, **fields: Any) -> None:
        """Change a job's record, once that is saved. Raises StoreError, and then nothing has changed."""
        changed = replace(live.job, **fields)
        withdrawn = orphaned(live.told, live.job, changed) if live.told else None
        self._store.jobs.save(changed, withdrawn)
        live.job = changed
        self._listener.job_changed(changed)
        if withdrawn is not None:
            live.told = None
            self._listener.alert_committed(withdrawn)

    def end(self, live: LiveJob, state: JobState, error: str | None = None) -> None:
        """Enter a final state, once it is saved. Raises StoreError, and then nothing has changed."""
        self.save(live, state=state, phase=None, ended_at=self._clock.now().wall, error=error)
        self._roster.remove(live)
        logger.info("job %s: %s", live.job.id, state.value)
