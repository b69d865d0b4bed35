"""What a job's policy knows after a restart."""

from __future__ import annotations

import math
from datetime import tzinfo

from frigate_ext.domain.look import AlertKind
from frigate_ext.domain.watch import Job, JobState
from frigate_ext.runtime.clock import Moment
from frigate_ext.store import Store
from jobs.policy import Policy


def restored_policy(job: Job, store: Store, now: Moment, zone: tzinfo | None, *, metered: bool) -> Policy:
    """A policy that knows what the store knows: the last looks and alerts, and the time left."""
    shift = now.monotonic - now.wall
    limits = job.watch.limits
    looks = store.looks.of_job(job.id, limits.looks_per_hour, None).items
    alerts = store.alerts.list(
        job_id=job.id, kind=AlertKind.CONDITION, limit=limits.alerts_per_hour, before=None
    ).items
    return Policy(
        job.watch,
        expires_at=now.monotonic + time_left(job, now.wall),
        armed=job.armed,
        alerts=[min(alert.time, now.wall) + shift for alert in alerts],
        looks=[min(look.started_at, now.wall) + shift for look in looks],
        snoozed_until=-math.inf if job.snoozed_until is None else job.snoozed_until + shift,
        paused=job.state is JobState.PAUSED,
        metered=metered,
        zone=zone,
    )


def time_left(job: Job, wall: float) -> float:
    """Seconds until it expires; never more than it was given, should the clock have been set back."""
    if job.expires_at is None or job.watch.duration is None:
        return math.inf
    return min(job.expires_at - wall, job.watch.duration)
