"""Alerts and the pictures that were judged."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from frigate_ext.domain.document import alert_document
from frigate_ext.domain.look import Alert, AlertKind
from frigate_ext.errors import NotFoundError
from web import query
from web.context import services
from web.paging import listed, window

routes = Blueprint("alerts", __name__, url_prefix="/api/alerts")


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


def _document(alert: Alert) -> dict[str, object]:
    return alert_document(alert, services().external_url)
