"""A watch job that runs: its record, its policy, and the lock that guards both."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from frigate_ext.domain.look import Alert, AlertKind
from frigate_ext.domain.watch import Job, JobState, Phase
from frigate_ext.runtime.clock import Moment
from jobs.policy import Policy

TROUBLE_GRACE = 30.0
"""Seconds that a job may be blind or without a judge before people are told."""

_TROUBLE = {Phase.BLIND: AlertKind.BLIND, Phase.MODEL_DOWN: AlertKind.MODEL_DOWN}
_TROUBLE_TEXT = {
    AlertKind.BLIND: "This watch can't see: its camera {camera} sends no picture.",
    AlertKind.MODEL_DOWN: "This watch can't judge what {camera} shows: its model does not answer.",
}


class LiveJob:
    """Hold `lock` for everything below; nobody holds it while asking a judge."""

    def __init__(self, job: Job, policy: Policy) -> None:
        self.lock = threading.RLock()
        self.job = job
        self.policy = policy
        self.queued = False
        """Waits for a free looker."""
        self._troubled: tuple[AlertKind, float] | None = None
        self._announced: set[AlertKind] = set()

    def change(self, **fields: Any) -> bool:
        """Replace fields of the record; True when anything is different now."""
        changed = replace(self.job, **fields)
        if changed == self.job:
            return False
        self.job = changed
        return True

    def end(self, state: JobState, at: float, error: str | None = None) -> None:
        """Enter a final state, which nothing leaves."""
        self.job = replace(self.job, state=state, phase=None, ended_at=at, error=error)

    def trouble(self, now: Moment) -> AlertKind | None:
        """What people must be told about the watch itself: once, until it is over."""
        kind = _TROUBLE.get(self.job.phase) if self.job.phase else None
        if kind is None:
            self._troubled = None
            if self.job.phase in {Phase.WATCHING, Phase.COOLDOWN}:
                self._announced.clear()
            return None
        if self._troubled is None or self._troubled[0] is not kind:
            self._troubled = (kind, now.monotonic)
        if kind in self._announced or now.monotonic - self._troubled[1] < TROUBLE_GRACE:
            return None
        return kind

    def announced(self, kind: AlertKind) -> None:
        self._announced.add(kind)


def trouble_alert(job: Job, kind: AlertKind, alert_id: str, wall: float) -> Alert:
    """An alert about the watch itself: it rests on no frame and on no verdict."""
    return Alert(
        id=alert_id,
        kind=kind,
        job_id=job.id,
        camera=job.watch.camera,
        condition=job.watch.condition,
        message=_TROUBLE_TEXT[kind].format(camera=job.watch.camera),
        reasoning=job.error or "",
        time=wall,
        frame_time=None,
        judged_by=None,
        confidence=None,
    )
