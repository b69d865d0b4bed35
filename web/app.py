"""The Flask application: which routes there are and what all of them share."""

from __future__ import annotations

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider

from web import (
    alerts,
    cameras,
    config_files,
    events,
    insight,
    jobs,
    keys,
    login,
    looks,
    monitor,
    notifications,
    page,
    problems,
    pwa,
    reference,
    reload,
    session,
    shapes,
    system,
    texts,
    trial,
    users,
)
from web.body import limit_of
from web.context import provide
from web.declare import Group, install
from web.endpoint import endpoint
from web.guard import Guard
from web.live import routes as live
from web.origins import Origins
from web.services import Services


class _Json(DefaultJSONProvider):
    sort_keys = False
    """Documents read best in the order they were written."""


def create_app(services: Services) -> Flask:
    """Build the application."""
    app = Flask(__name__)
    app.json = _Json(app)
    app.url_map.merge_slashes = False
    app.before_request(_bound_body)
    provide(app, services)
    problems.install(app)
    texts.install(app)
    origins = Origins(external_url=services.external_url, loopback=services.loopback)
    Guard(services.authenticator, origins).install(app)
    install(app, _groups(services), endpoint)
    return app


def _bound_body() -> None:
    request.max_content_length = limit_of(request.path)


def _groups(services: Services) -> list[Group]:
    """Every route there is, in the order in which they are described."""
    api = [
        jobs.routes,
        trial.routes,
        looks.routes,
        alerts.routes,
        events.routes,
        cameras.routes,
        shapes.routes,
        monitor.routes(services),
        system.routes,
        reload.routes,
        config_files.routes,
        insight.routes,
        live.routes,
    ]
    access = [session.routes, users.routes, keys.routes, notifications.routes]
    return [*api, *access, reference.routes, page.routes, pwa.routes, login.routes]
