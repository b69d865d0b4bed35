"""Watch jobs over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from frigate_ext.domain.document import (
    Document,
    budget_document,
    feedback_document,
    job_document,
    look_document,
)
from frigate_ext.domain.look import LookState
from frigate_ext.domain.watch import Job, JobState, Origin
from jobs.request import CHANGEABLE, FIELDS, build_watch, change_watch
from web.bodies import ChangeBody, SnoozeBody, WatchBody
from web.body import only
from web.context import asked_cameras, services, visible_cameras
from web.declare import Body, Group
from web.documents.base import Listed
from web.documents.jobs import JobDocument, LookDocument
from web.idempotency import already_made, claim_of
from web.paging import listed
from web.permissions import RULES_CAMERAS, RULES_JOB, SCOPED, SEES_JOB
from web.query import Names, Several, Timed

routes = Group("jobs", "/api/jobs")


class JobsQuery(Timed):
    state: Several[JobState] = ()
    camera: Names = ()


class LooksQuery(Timed):
    state: Several[LookState] = ()


@routes.route(
    "POST",
    "",
    access=RULES_CAMERAS,
    body=Body(WatchBody, checked=False),
    reply=JobDocument,
    status=201,
    takes_key=True,
    conflicts=("too_many_jobs",),
)
def start(body: dict[str, Any]) -> Document:
    """Start a job."""
    claim = claim_of(body)
    if made := already_made(claim):
        return _document(made)
    watch = build_watch(visible_cameras(), **only(body, FIELDS))
    return _document(services().jobs.start_job(watch, Origin.API, claim))


@routes.route("GET", "", access=SCOPED, query=JobsQuery, reply=Listed[JobDocument])
def listing(query: JobsQuery) -> Document:
    """List jobs, newest first."""
    states = frozenset(query.state) or None
    cameras = asked_cameras(query.camera)
    page = services().jobs.list_jobs(states, cameras, query.limit, query.cursor, query.span)
    documents = _documents(page.items)
    return listed(page, lambda job: documents[job.id])


@routes.route("GET", "/<job_id>", access=SEES_JOB, reply=JobDocument)
def show(job_id: str) -> Document:
    """Return one job."""
    return _document(services().jobs.get(job_id))


@routes.route(
    "PATCH",
    "/<job_id>",
    access=RULES_JOB,
    body=Body(ChangeBody, checked=False),
    reply=JobDocument,
    conflicts=("job_final",),
)
def change(job_id: str, body: dict[str, Any]) -> Document:
    """Change what a job that has not ended is asked.

    The merged watch is checked as a whole. What is not given stays; null puts a default back.
    """
    asked, cameras = only(body, CHANGEABLE), services().cameras
    return _document(services().jobs.change_job(job_id, lambda watch: change_watch(cameras, watch, asked)))


@routes.route("POST", "/<job_id>/pause", access=RULES_JOB, reply=JobDocument, conflicts=("job_final",))
def pause(job_id: str) -> Document:
    """Look at nothing until resumed."""
    return _document(services().jobs.pause_job(job_id))


@routes.route("POST", "/<job_id>/resume", access=RULES_JOB, reply=JobDocument, conflicts=("job_final",))
def resume(job_id: str) -> Document:
    """End a pause or a snooze."""
    return _document(services().jobs.resume_job(job_id))


@routes.route(
    "POST",
    "/<job_id>/snooze",
    access=RULES_JOB,
    body=Body(SnoozeBody),
    reply=JobDocument,
    conflicts=("job_final", "job_paused"),
)
def snooze(job_id: str, body: SnoozeBody) -> Document:
    """Look at nothing for some seconds."""
    return _document(services().jobs.snooze_job(job_id, body.seconds))


@routes.route(
    "POST",
    "/<job_id>/look",
    access=RULES_JOB,
    reply=JobDocument,
    status=202,
    conflicts=("job_final", "job_paused", "no_look_now"),
)
def look(job_id: str) -> Document:
    """Look once at the newest frame; answers before the judge does."""
    return _document(services().jobs.request_look(job_id))


@routes.route("POST", "/<job_id>/stop", access=RULES_JOB, reply=JobDocument, conflicts=("job_final",))
def stop(job_id: str) -> Document:
    """Stop a job that has not ended; it sends nothing any more from here on."""
    return _document(services().jobs.stop_job(job_id))


@routes.route("DELETE", "/<job_id>", access=RULES_JOB, status=204, conflicts=("job_running",))
def delete(job_id: str) -> None:
    """Forget a job that has ended, with its rows."""
    services().jobs.delete_job(job_id)


@routes.route("GET", "/<job_id>/looks", access=SEES_JOB, query=LooksQuery, reply=Listed[LookDocument])
def looks(job_id: str, query: LooksQuery) -> Document:
    """List a job's looks, newest first."""
    page = services().store.looks.list(
        job_id=job_id,
        cameras=None,
        states=query.state or None,
        span=query.span,
        limit=query.limit,
        before=query.cursor,
    )
    return listed(page, lambda look: look_document(look, services().external_url))


def _document(job: Job) -> Document:
    return _documents([job])[job.id]


def _documents(jobs: Sequence[Job]) -> dict[str, Document]:
    """By id: the jobs, with what they have spent, and what their owner said of their alerts."""
    said = services().store.alerts.feedback([job.id for job in jobs])
    return {
        job.id: job_document(job)
        | {
            "next_look_at": services().jobs.next_look(job.id),
            "budget": budget_document(services().jobs.budget(job.id)),
            "feedback": feedback_document(said.get(job.id, {})),
        }
        for job in jobs
    }
