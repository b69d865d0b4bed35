"""Alerts and the pictures that were judged."""

from __future__ import annotations

import time

from pydantic import Field

from frigate_ext.domain.document import Document, kept_alert_document
from frigate_ext.domain.look import Alert, AlertKind
from frigate_ext.errors import NotFoundError
from web.bodies import FeedbackBody
from web.context import asked_cameras, services
from web.declare import JPEG, Body, Group
from web.documents.alerts import AlertDocument
from web.documents.base import Listed
from web.paging import listed
from web.permissions import RULES_ALERT, SCOPED, SEES_ALERT
from web.query import Names, Text, Timed

routes = Group("alerts", "/api/alerts")


class AlertsQuery(Timed):
    job_id: Text = None
    camera: Names = ()
    kind: AlertKind | None = None
    label: Names = Field((), description="Of objects in the judged frame, comma-separated.")
    zone: Names = Field((), description="Zones that its watch is about, comma-separated.")


@routes.route("GET", "", access=SCOPED, query=AlertsQuery, reply=Listed[AlertDocument])
def listing(query: AlertsQuery) -> Document:
    """List alerts, newest first."""
    page = services().store.alerts.list(
        job_id=query.job_id,
        cameras=asked_cameras(query.camera),
        span=query.span,
        kind=query.kind,
        labels=query.label,
        zones=query.zone,
        limit=query.limit,
        before=query.cursor,
    )
    return listed(page, _document)


@routes.route("GET", "/<alert_id>", access=SEES_ALERT, reply=AlertDocument)
def show(alert_id: str) -> Document:
    """Return one alert."""
    return _document(services().store.alerts.get(alert_id))


@routes.route("GET", "/<alert_id>/evidence/<int:n>.jpg", access=SEES_ALERT, reply=JPEG)
def evidence(alert_id: str, n: int) -> bytes:
    """Return the n-th picture that was judged, from 0."""
    jpeg = services().store.alerts.evidence(alert_id, n)
    if jpeg is None:
        raise NotFoundError(f"Alert {alert_id[:80]} has no evidence picture {str(n)[:20]}.")
    return jpeg


@routes.route("GET", "/<alert_id>/full.jpg", access=SEES_ALERT, reply=JPEG)
def full(alert_id: str) -> bytes:
    """Return the main stream's picture of the moment that was judged, at full resolution."""
    jpeg = services().store.alerts.full(alert_id)
    if jpeg is None:
        raise NotFoundError(f"Alert {alert_id[:80]} has no full picture.")
    return jpeg


@routes.route("POST", "/<alert_id>/acknowledge", access=SEES_ALERT, reply=AlertDocument)
def acknowledge(alert_id: str) -> Document:
    """Note that somebody has seen it; the first time counts. No body is needed."""
    return _document(services().store.alerts.acknowledge(alert_id, time.time()))


@routes.route("POST", "/<alert_id>/feedback", access=SEES_ALERT, body=Body(FeedbackBody), reply=AlertDocument)
def feedback(alert_id: str, body: FeedbackBody) -> Document:
    """Take what the owner says of an alert, in place of what they said before."""
    return _document(services().store.alerts.judge(alert_id, body.verdict, " ".join(body.note.split())))


@routes.route("DELETE", "/<alert_id>", access=RULES_ALERT, status=204)
def delete(alert_id: str) -> None:
    """Forget an alert with its evidence; one that nobody was told of yet is not told."""
    services().store.alerts.delete(alert_id)


def _document(alert: Alert) -> Document:
    return kept_alert_document(alert, services().external_url)
