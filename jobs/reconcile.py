"""Makes the jobs of the configuration what its `watches:` say; one is known by its name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from frigate_ext.domain.watch import Job, Origin, Watch
from frigate_ext.errors import RequestError, StoreError

logger = logging.getLogger(__name__)

_REMOVED = "its entry was removed from the configuration"


class Reconcilable(Protocol):
    """Who starts, changes and stops jobs; see `jobs.manager`."""

    def start_job(self, watch: Watch, origin: Origin) -> Job: ...

    def change_job(self, job_id: str, change: Callable[[Watch], Watch]) -> Job: ...

    def stop_job(self, job_id: str, why: str | None = None) -> Job: ...

    def named(self, name: str, origin: Origin) -> Job | None: ...

    def running(self, origin: Origin) -> Sequence[Job]: ...


def reconcile(jobs: Reconcilable, watches: Sequence[Watch]) -> None:
    """Start, change, replace and stop jobs. What can't be done is logged.

    One that has ended is not started again unless its entry has changed; one that ended because of the
    configuration is.
    """
    for watch in watches:
        try:
            _bring_about(jobs, watch)
        except (RequestError, StoreError) as error:
            logger.error("watch %s was not started: %s", watch.name, error)  # noqa: TRY400 - says it all
    names = {watch.name for watch in watches}
    for job in jobs.running(Origin.CONFIG):
        if job.watch.name not in names:
            _remove(jobs, job)


def _bring_about(jobs: Reconcilable, watch: Watch) -> None:
    job = jobs.named(watch.name, Origin.CONFIG)
    if job is None or (job.state.final and (job.watch != watch or job.error)):
        jobs.start_job(watch, Origin.CONFIG)
    elif job.watch == watch or job.state.final:
        return
    elif _can_become(job.watch, watch):
        jobs.change_job(job.id, lambda _: watch)
    else:
        jobs.stop_job(job.id)
        jobs.start_job(watch, Origin.CONFIG)


def _remove(jobs: Reconcilable, job: Job) -> None:
    try:
        jobs.stop_job(job.id, _REMOVED)
    except (RequestError, StoreError) as error:
        logger.warning("watch %s was not stopped: %s", job.watch.name, error)


def _can_become(before: Watch, after: Watch) -> bool:
    """Whether a running job can go on as another watch; time that was given anew needs a new start."""
    return (before.camera, before.mode, before.duration) == (after.camera, after.mode, after.duration)
