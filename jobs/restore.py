"""What a job's policy knows after a restart."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import tzinfo
from zlib import crc32

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.look import AlertKind, AlertStatus
from frigate_ext.domain.watch import Job, JobState, Watch
from frigate_ext.runtime.clock import Moment
from frigate_ext.store import Store
from genai.budget import DAY
from jobs.policy import Policy

_EARLIEST = 0.1
"""Share of its interval by which a scheduled look comes early at most, each job's by another: jobs that one
visitor has woken together would go on to look together."""


def restored_policy(
    job: Job,
    store: Store,
    now: Moment,
    zone: tzinfo | None,
    *,
    metered: bool,
    stands_in: Callable[[Watch], bool],
) -> Policy:
    """A policy that knows what the store knows: the last looks and alerts, and the time left.

    The last alert counts even where its owner has deleted it, or retention has.
    """
    shift = now.monotonic - now.wall
    limits = job.watch.limits
    spent = store.payments.of_job(job.id, now.wall - DAY)

    def here(wall: float) -> float:
        return min(wall, now.wall) + shift

    def times(status: AlertStatus) -> list[float]:
        page = store.alerts.list(
            job_id=job.id, kind=AlertKind.CONDITION, status=status, limit=limits.alerts_per_hour
        )
        return [here(alert.time) for alert in page.items]

    last = () if job.last_alert_at is None else (here(job.last_alert_at),)
    return Policy(
        job.watch,
        expires_at=now.monotonic + time_left(job, now.wall),
        armed=job.armed,
        alerts={*times(AlertStatus.VERIFIED), *last},
        told=[*times(AlertStatus.WITHDRAWN), *times(AlertStatus.UNVERIFIED)],
        spent=[(here(at), tokens) for at, tokens in spent],
        snoozed_until=-math.inf if job.snoozed_until is None else job.snoozed_until + shift,
        paused=job.state is JobState.PAUSED,
        metered=metered,
        stands_in=stands_in,
        zone=zone,
        early=_EARLIEST * (crc32(job.id.encode()) % 100) / 100,
    )


def never_matches(watch: Watch, cameras: Mapping[str, Camera]) -> str | None:
    """Why nothing can wake a watch since the configuration was changed; None where something can."""
    camera = cameras.get(watch.camera)
    if camera is None:
        return f"{watch.camera} is not configured any more"
    if watch.labels and not set(watch.labels) & set(camera.labels):
        return f"{watch.camera} does not track {', '.join(watch.labels)} any more"
    if watch.zones and not set(watch.zones) & {zone.name for zone in camera.zones}:
        return f"{watch.camera} has no zone {', '.join(watch.zones)} any more"
    return None


def time_left(job: Job, wall: float) -> float:
    """Seconds until it expires; never more than it was given, should the clock have been set back."""
    if job.expires_at is None or job.watch.duration is None:
        return math.inf
    return min(job.expires_at - wall, job.watch.duration)
