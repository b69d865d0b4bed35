"""How jobs, looks and alerts read in JSON: the same document over HTTP, over MQTT and in the CLI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec

from frigate_ext.domain.look import Alert, Feedback, Look
from frigate_ext.domain.verdict import Verdict
from frigate_ext.domain.watch import Job, Usage, Watch, Window

Document = dict[str, Any]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def verdict_document(verdict: Verdict) -> Document:
    """A verdict as it stands inside jobs and looks."""
    return {
        "verdict": verdict.answer.value,
        "confidence": verdict.confidence,
        "reasoning": verdict.reasoning,
        "text_seen": verdict.text_seen,
        "frame_time": verdict.frame_time,
        "judged_by": verdict.judged_by,
    }


def watch_document(watch: Watch) -> Document:
    """A watch in the words in which it is asked for."""
    return {
        "name": watch.name,
        "camera": watch.camera,
        "condition": watch.condition,
        "labels": list(watch.labels),
        "zones": list(watch.zones),
        "mode": watch.mode.value,
        "duration": watch.duration,
        "cooldown": watch.cooldown,
        "remind_every": watch.remind_every,
        "confirm": {"k": watch.confirm.k, "n": watch.confirm.n},
        "schedule": [_window_document(window) for window in watch.schedule],
        "timezone": watch.timezone,
        "limits": msgspec.to_builtins(watch.limits),
        "pictures": msgspec.to_builtins(watch.pictures),
        "language": watch.language,
        "fast_alert": watch.fast_alert,
    }


def _window_document(window: Window) -> Document:
    return {
        "days": [_DAYS[day] for day in sorted(window.days)],
        "from": f"{window.start // 60:02}:{window.start % 60:02}",
        "to": f"{window.end // 60:02}:{window.end % 60:02}",
    }


def job_document(job: Job) -> Document:
    """A watch job, flat: what was asked and how far it has come."""
    return {
        "id": job.id,
        **watch_document(job.watch),
        "origin": job.origin.value,
        "state": job.state.value,
        "phase": job.phase.value if job.phase else None,
        "snoozed_until": job.snoozed_until,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "expires_at": job.expires_at,
        "looks": job.looks,
        "alerts": job.alerts,
        "last_alert_at": job.last_alert_at,
        "last_verdict": verdict_document(job.last_verdict) if job.last_verdict else None,
        "error": job.error,
    }


def budget_document(usage: Mapping[str, Usage] | None) -> Document | None:
    """What a job has spent of each of its limits; null for one that has ended."""
    return None if usage is None else {name: asdict(one) for name, one in usage.items()}


def feedback_document(said: Mapping[Feedback, int]) -> Document:
    """How many alerts of a job its owner called right and wrong, and the share of wrong ones."""
    right, wrong = said.get(Feedback.RIGHT, 0), said.get(Feedback.WRONG, 0)
    rate = wrong / (right + wrong) if right + wrong else None
    return {"right": right, "wrong": wrong, "false_alarm_rate": rate}


def look_document(look: Look, external_url: str) -> Document:
    """A look with its reason and what came of it; boxes are pixels of `frame_size`."""
    base = f"{external_url.rstrip('/')}/api/looks/{look.id}"
    return {
        "id": look.id,
        "job_id": look.job_id,
        "reason": look.reason.value,
        "trigger": look.trigger,
        "state": look.state.value,
        "started_at": look.started_at,
        "frame_time": look.frame_time,
        "latency": look.latency,
        "image_bytes": look.image_bytes,
        "tokens": look.tokens,
        "provider": look.provider,
        "model": look.model,
        "prompt": look.prompt,
        "reply": look.reply,
        "frame_size": look.frame_size._asdict() if look.frame_size else None,
        "objects": [
            {"id": seen.id, "label": seen.label, "score": seen.score, "box": list(seen.box)}
            for seen in look.objects
        ],
        "pictures": [f"{base}/{n}.jpg" for n in range(look.pictures)],
        "verdict": verdict_document(look.verdict) if look.verdict else None,
        "error": look.error,
    }


def alert_document(alert: Alert, external_url: str) -> Document:
    """An alert as it is told. `external_url` is where people reach us; evidence becomes URLs below it."""
    base = f"{external_url.rstrip('/')}/api/alerts/{alert.id}/evidence"
    return {
        "id": alert.id,
        "kind": alert.kind.value,
        "status": alert.status.value,
        "job_id": alert.job_id,
        "camera": alert.camera,
        "condition": alert.condition,
        "message": alert.message,
        "reasoning": alert.reasoning,
        "time": alert.time,
        "frame_time": alert.frame_time,
        "judged_by": alert.judged_by,
        "confidence": alert.confidence,
        "evidence": [f"{base}/{n}.jpg" for n in range(alert.evidence)],
    }


def kept_alert_document(alert: Alert, external_url: str) -> Document:
    """An alert as it is kept: with its full picture, its look, and what its owner did about it."""
    full = f"{external_url.rstrip('/')}/api/alerts/{alert.id}/full.jpg"
    return alert_document(alert, external_url) | {
        "full": None if alert.full_time is None else full,
        "full_time": alert.full_time,
        "look_id": alert.look_id,
        "acknowledged_at": alert.acknowledged_at,
        "feedback": alert.feedback.value if alert.feedback else None,
        "note": alert.note,
    }
