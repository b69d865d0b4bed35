"""Watch jobs over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify

from frigate_ext.domain.document import Document, feedback_document, job_document, look_document
from frigate_ext.domain.watch import Job, JobState, Origin
from jobs.request import CHANGEABLE, FIELDS, build_watch, change_watch
from web import query
from web.body import json_object, number, only
from web.context import services
from web.paging import listed, window

routes = Blueprint("jobs", __name__, url_prefix="/api/jobs")

MAX_SNOOZE = 366 * 86400
"""Seconds."""


@routes.post("")
def start() -> tuple[Response, int]:
    """Start a job."""
    asked = only(json_object(), FIELDS)
    job = services().jobs.start_job(build_watch(services().cameras, **asked), Origin.API)
    return jsonify(_document(job)), 201


@routes.get("")
def listing() -> Response:
    """List jobs, newest first, by state and camera."""
    limit, before = window()
    states, camera = query.choices("state", JobState), query.text("camera")
    page = services().jobs.list_jobs(states, camera, limit, before)
    documents = _documents(page.items)
    return listed(page, lambda job: documents[job.id])


@routes.get("/<job_id>")
def show(job_id: str) -> Response:
    """Return one job."""
    return jsonify(_document(services().jobs.get(job_id)))


@routes.patch("/<job_id>")
def change(job_id: str) -> Response:
    """Change what a job that has not ended is asked; the merged watch is checked as a whole."""
    asked, cameras = only(json_object(), CHANGEABLE), services().cameras
    job = services().jobs.change_job(job_id, lambda watch: change_watch(cameras, watch, asked))
    return jsonify(_document(job))


@routes.post("/<job_id>/pause")
def pause(job_id: str) -> Response:
    """Look at nothing until resumed."""
    return jsonify(_document(services().jobs.pause_job(job_id)))


@routes.post("/<job_id>/resume")
def resume(job_id: str) -> Response:
    """End a pause or a snooze."""
    return jsonify(_document(services().jobs.resume_job(job_id)))


@routes.post("/<job_id>/snooze")
def snooze(job_id: str) -> Response:
    """Look at nothing for some seconds."""
    seconds = number(only(json_object(), ["seconds"]), "seconds", low=1, high=MAX_SNOOZE)
    return jsonify(_document(services().jobs.snooze_job(job_id, seconds)))


@routes.post("/<job_id>/look")
def look(job_id: str) -> tuple[Response, int]:
    """Look once at the newest frame; answers before the judge does."""
    return jsonify(_document(services().jobs.request_look(job_id))), 202


@routes.post("/<job_id>/stop")
def stop(job_id: str) -> Response:
    """Stop a job that has not ended; sends nothing any more from here on."""
    return jsonify(_document(services().jobs.stop_job(job_id)))


@routes.delete("/<job_id>")
def delete(job_id: str) -> tuple[str, int]:
    """Forget a job that has ended, with its rows."""
    services().jobs.delete_job(job_id)
    return "", 204


@routes.get("/<job_id>/looks")
def looks(job_id: str) -> Response:
    """List a job's looks, newest first."""
    services().jobs.get(job_id)
    page = services().store.looks.of_job(job_id, *window())
    return listed(page, lambda look: look_document(look, services().external_url))


def _document(job: Job) -> Document:
    return _documents([job])[job.id]


def _documents(jobs: Sequence[Job]) -> dict[str, Document]:
    """By id: the jobs, with what their owner said of their alerts."""
    said = services().store.alerts.feedback([job.id for job in jobs])
    return {job.id: job_document(job) | {"feedback": feedback_document(said.get(job.id, {}))} for job in jobs}
