"""Alerts and the pictures that were judged."""

from __future__ import annotations

import time

from flask import Blueprint, Response, jsonify

from frigate_ext.domain.document import kept_alert_document
from frigate_ext.domain.look import Alert, AlertKind, Feedback
from frigate_ext.errors import InvalidRequestError, NotFoundError, Problem
from web import query
from web.body import json_object, only
from web.context import services
from web.paging import listed, window

routes = Blueprint("alerts", __name__, url_prefix="/api/alerts")

MAX_NOTE = 300
"""Characters; the judge is told the last few."""


@routes.get("")
def listing() -> Response:
    """List alerts, newest first, by job, camera and kind."""
    limit, before = window()
    page = services().store.alerts.list(
        job_id=query.text("job_id"),
        camera=query.text("camera"),
        kind=query.choice("kind", AlertKind),
        limit=limit,
        before=before,
    )
    return listed(page, _document)


@routes.get("/<alert_id>")
def show(alert_id: str) -> Response:
    """Return one alert."""
    return jsonify(_document(services().store.alerts.get(alert_id)))


@routes.get("/<alert_id>/evidence/<int:n>.jpg")
def evidence(alert_id: str, n: int) -> Response:
    """Return the n-th picture that was judged, from 0."""
    jpeg = services().store.alerts.evidence(alert_id, n)
    if jpeg is None:
        raise NotFoundError(f"Alert {alert_id} has no evidence picture {n}.")
    return Response(jpeg, mimetype="image/jpeg")


@routes.post("/<alert_id>/acknowledge")
def acknowledge(alert_id: str) -> Response:
    """Note that somebody has seen it; the first time counts. No body is needed."""
    return jsonify(_document(services().store.alerts.acknowledge(alert_id, time.time())))


@routes.post("/<alert_id>/feedback")
def feedback(alert_id: str) -> Response:
    """Take what the owner says of an alert, in place of what they said before."""
    asked = only(json_object(), ("verdict", "note"))
    note = asked.get("note", "")
    problems = [
        Problem(field, message)
        for field, message, wrong in (
            ("verdict", "must be right or wrong", asked.get("verdict") not in list(Feedback)),
            ("note", f"must be a text of at most {MAX_NOTE} characters", not _is_note(note)),
        )
        if wrong
    ]
    if problems:
        raise InvalidRequestError("; ".join(map(str, problems)), code="bad_feedback", problems=problems)
    alert = services().store.alerts.judge(alert_id, Feedback(asked["verdict"]), " ".join(note.split()))
    return jsonify(_document(alert))


@routes.delete("/<alert_id>")
def delete(alert_id: str) -> tuple[str, int]:
    """Forget an alert with its evidence; one that nobody was told of yet is not told."""
    services().store.alerts.delete(alert_id)
    return "", 204


def _is_note(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_NOTE and "\0" not in value


def _document(alert: Alert) -> dict[str, object]:
    return kept_alert_document(alert, services().external_url)
