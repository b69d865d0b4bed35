"""Who hears of what becomes of jobs."""

from __future__ import annotations

from typing import Protocol

from frigate_ext.domain.look import Alert, Look
from frigate_ext.domain.watch import Job


class Listener(Protocol):
    """Hears of jobs as they change; called with the job's lock held, so it must not block."""

    def job_changed(self, job: Job) -> None: ...

    def job_deleted(self, job: Job) -> None: ...

    def look_finished(self, look: Look, job: Job) -> None:
        """A look got its verdict, or none (`failed`), and is committed."""

    def alert_committed(self, alert: Alert) -> None:
        """It waits to be delivered."""
