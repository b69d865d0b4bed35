"""Frigate's own way to watch: one job at a time, in its words, as the newest of ours that was started here.

Shapes, statuses and wording follow Frigate 0.18's `/api/vlm/monitor`, errors included.
"""

from __future__ import annotations

import threading
from typing import Any

from flask import Response, jsonify
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, HTTPException

from frigate_ext.domain.document import Document
from frigate_ext.domain.verdict import Answer
from frigate_ext.domain.watch import Job, JobState, Origin
from frigate_ext.errors import ConflictError, NotFoundError, RequestError
from jobs.request import build_watch
from web.context import may_see, visible_cameras
from web.declare import Body, Group
from web.documents.monitor import MonitorDocument, MonitorDone, MonitorRefusal, MonitorStarted
from web.idempotency import already_made, claim_of
from web.permissions import RULES_CAMERAS, SCOPED
from web.problems import extra_headers, request_status
from web.services import Services

Reply = tuple[Response, int]

_STATUS = {
    JobState.QUEUED: "queued",
    JobState.RUNNING: "running",
    JobState.PAUSED: "running",
    JobState.MET: "success",
    JobState.EXPIRED: "failed",
    JobState.CANCELLED: "cancelled",
    JobState.FAILED: "failed",
}


class MonitorBody(BaseModel):
    """Frigate's request; unknown fields are ignored, as it does."""

    camera: str
    condition: str
    max_duration_minutes: int = 60
    labels: list[str] = []
    zones: list[str] = []


class Monitor:
    """Holds what Frigate promises (one at a time) over jobs that promise more."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._starting = threading.Lock()

    def start(self, body: dict[str, Any]) -> Document:
        """Start a job as Frigate does: one at a time.

        Unlike Frigate we refuse labels and zones that can't match.
        """
        claim = claim_of(body)
        if made := already_made(claim):
            return {"success": True, "job_id": made.id}
        asked, cameras = MonitorBody.model_validate(body), visible_cameras()
        if asked.camera not in cameras:
            there = ", ".join(cameras) or "none"
            raise NotFoundError(f"Camera '{asked.camera[:80]}' not found; there is {there}")
        watch = build_watch(
            cameras,
            camera=asked.camera,
            condition=asked.condition,
            labels=asked.labels,
            zones=asked.zones,
            duration=asked.max_duration_minutes * 60,
        )
        with self._starting:
            newest = self._services.jobs.newest(Origin.FRIGATE)
            if newest is not None and not newest.state.final:
                raise ConflictError("Failed to start VLM watch job.", code="job_running")
            job = self._services.jobs.start_job(watch, Origin.FRIGATE, claim)
        return {"success": True, "job_id": job.id}

    def show(self) -> Document:
        """Return the newest of these jobs, also after it has ended."""
        job = self._newest()
        return {"active": True, **monitor_document(job)} if job else {"active": False}

    def cancel(self) -> Document:
        """Stop the job that is running; 404 when none is."""
        job = self._newest()
        if job is None or job.state.final:
            raise NotFoundError("No active VLM watch job to cancel.")
        try:
            self._services.jobs.stop_job(job.id)
        except ConflictError as error:
            raise NotFoundError("No active VLM watch job to cancel.") from error
        return {"success": True}

    def _newest(self) -> Job | None:
        """Of those that the asker may see."""
        job = self._services.jobs.newest(Origin.FRIGATE)
        return job if job and may_see(job.watch.camera) else None


def routes(services: Services) -> Group:
    """Build Frigate's three routes, which answer errors in its shape too."""
    monitor = Monitor(services)
    errors: dict[type[Exception], Any] = {
        RequestError: _refused,
        HTTPException: _http,
        ValidationError: _invalid,
    }
    group = Group("monitor", "/api/vlm/monitor", tag="frigate", refusal=MonitorRefusal, errors=errors)
    group.add(
        "POST",
        "",
        monitor.start,
        access=RULES_CAMERAS,
        body=Body(MonitorBody, checked=False),
        reply=MonitorStarted,
        status=201,
        takes_key=True,
        conflicts=("job_running",),
    )
    group.add("GET", "", monitor.show, access=SCOPED, reply=MonitorDocument)
    group.add("DELETE", "", monitor.cancel, access=RULES_CAMERAS, reply=MonitorDone)
    return group


def monitor_document(job: Job) -> dict[str, Any]:
    """Return the job as Frigate's `VLMWatchJob` reads in JSON."""
    verdict, minutes = job.last_verdict, round((job.watch.duration or 0.0) / 60)
    expired = job.state is JobState.EXPIRED
    return {
        "id": job.id,
        "job_type": "vlm_watch",
        "status": _STATUS[job.state],
        "results": None,
        "start_time": job.started_at,
        "end_time": job.ended_at,
        "error_message": f"Monitor timed out after {minutes} minutes" if expired else job.error,
        "camera": job.watch.camera,
        "condition": job.watch.condition,
        "max_duration_minutes": minutes,
        "labels": list(job.watch.labels),
        "zones": list(job.watch.zones),
        "last_reasoning": verdict.reasoning if verdict else "",
        "notification_message": verdict.message if verdict and verdict.answer is Answer.MET else "",
        "iteration_count": job.looks,
        "username": "anonymous",
    }


def _failure(message: str, status: int, **more: Any) -> Reply:
    return jsonify({"success": False, "message": message, **more}), status


def _refused(error: RequestError) -> Reply:
    return _failure(str(error), request_status(error))


def _http(error: HTTPException) -> Reply:
    """Frigate calls a body that is not JSON 422, like one with wrong fields."""
    status = 422 if isinstance(error, BadRequest) else error.code or 500
    response, status = _failure(error.description or "", status)
    response.headers.extend(extra_headers(error))
    return response, status


def _invalid(error: ValidationError) -> Reply:
    found = [
        {"type": e["type"], "loc": ["body", *e["loc"]], "msg": e["msg"]}
        for e in error.errors(include_url=False)
    ]
    message = "; ".join(f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in found[:10])
    return _failure(message, 422, detail=found[:20])
