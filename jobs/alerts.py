"""What people are told of an edge, of a verdict, and what becomes of it. Decides."""

from __future__ import annotations

import secrets
from dataclasses import replace

from frigate_ext.domain.look import Alert, AlertKind, AlertStatus
from frigate_ext.domain.verdict import Answer, Verdict
from frigate_ext.domain.watch import Job, JobState
from jobs.trigger import Edge


def new_alert_id(wall: float) -> str:
    """Sortable by time, as Frigate's event ids are, and safe in a URL."""
    return f"{wall:.3f}-{secrets.token_hex(3)}"


def unverified(alert_id: str, job: Job, edge: Edge, now: float, evidence: int) -> Alert:
    """What is told at `now` (epoch s) of an edge that nobody has judged."""
    return Alert(
        id=alert_id,
        kind=AlertKind.CONDITION,
        status=AlertStatus.UNVERIFIED,
        job_id=job.id,
        camera=job.watch.camera,
        condition=job.watch.condition,
        message=f"Perhaps: {job.watch.condition}",
        reasoning=f"Not judged yet: {edge}",
        time=now,
        frame_time=edge.frame_time,
        judged_by=None,
        confidence=None,
        evidence=evidence,
    )


def verified(
    verdict: Verdict, job: Job, now: float, *, told: Alert | None, look_id: int, evidence: int
) -> Alert:
    """What is told at `now` (epoch s) of a verdict; `told` is the same alert, unverified as it was."""
    return Alert(
        id=told.id if told else new_alert_id(now),
        kind=AlertKind.CONDITION,
        job_id=job.id,
        camera=job.watch.camera,
        condition=job.watch.condition,
        message=verdict.message or verdict.reasoning,
        reasoning=verdict.reasoning,
        time=now,
        frame_time=verdict.frame_time,
        judged_by=verdict.judged_by,
        confidence=verdict.confidence,
        evidence=evidence,
        look_id=look_id,
    )


def denied(told: Alert, verdict: Verdict) -> Alert | None:
    """`told` as a verdict withdraws it; None where the verdict does not: it is earlier, unsure, or met."""
    if verdict.answer is not Answer.NOT_MET or verdict.frame_time < (told.frame_time or 0.0):
        return None
    return replace(
        told,
        status=AlertStatus.WITHDRAWN,
        reasoning=verdict.reasoning,
        judged_by=verdict.judged_by,
        confidence=verdict.confidence,
    )


def orphaned(told: Alert, before: Job, after: Job) -> Alert | None:
    """`told` as a change of its job withdraws it; None where a verdict is still to come."""
    snoozed = after.snoozed_until is not None and after.snoozed_until != before.snoozed_until
    if after.state is JobState.RUNNING and after.asked_since == before.asked_since and not snoozed:
        return None
    return replace(
        told, status=AlertStatus.WITHDRAWN, reasoning="The watch went on no longer before a verdict."
    )
