"""A watch job that runs: its record, its policy, and the lock that guards both."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from typing import Any

from frigate_ext.domain.look import Alert, AlertKind, LookReason
from frigate_ext.domain.watch import Job, Phase
from frigate_ext.runtime.clock import Moment
from jobs.intent import Intent
from jobs.policy import Ask, Policy

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
        self.queued: LookReason | None = None
        """Why it waits for a free looker; None when it does not."""
        self.unanswered: Intent | None = None
        """What an earlier run of the program asked and got no answer to."""
        self._troubled: tuple[AlertKind, float] | None = None
        self._announced: dict[AlertKind, float] = {}

    def awaits(self, ask: Ask) -> bool:
        """Whether a look's answer still matters to the job."""
        return not self.job.state.final and self.policy.awaits(ask)

    def change(self, **fields: Any) -> bool:
        """Replace fields of the record; True when anything is different now."""
        changed = replace(self.job, **fields)
        if changed == self.job:
            return False
        self.job = changed
        return True

    def trouble(self, now: Moment) -> AlertKind | None:
        """What people must be told about the watch itself: once while it lasts, once per cooldown at most."""
        if self.job.phase is None or self.job.phase is Phase.LOOKING:
            return None
        kind = _TROUBLE.get(self.job.phase)
        if kind is None:
            self._troubled = None
            return None
        if self._troubled is None or self._troubled[0] is not kind:
            self._troubled = (kind, now.monotonic)
        since, told = self._troubled[1], self._announced.get(kind, -math.inf)
        if told >= since or now.monotonic < max(since + TROUBLE_GRACE, told + self.job.watch.cooldown):
            return None
        return kind

    def announced(self, kind: AlertKind, now: Moment) -> None:
        """People have been told."""
        self._announced[kind] = now.monotonic


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
