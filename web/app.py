"""The Flask application: which routes there are and what all of them share."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from web import alerts, cameras, events, jobs, login, looks, monitor, page, problems, reference, system, texts
from web.access import Gate
from web.body import MAX_BODY
from web.context import provide
from web.declare import Group, install
from web.endpoint import endpoint
from web.guard import Guard
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
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    gate = services.authenticator.gate
    if gate is not None:
        _keep_sessions(app, gate, secure=services.external_url.startswith("https:"))
    provide(app, services)
    problems.install(app)
    texts.install(app)
    origins = Origins(external_url=services.external_url, loopback=services.loopback)
    Guard(services.authenticator, origins).install(app)
    install(app, _groups(services, gate), endpoint)
    return app


def _groups(services: Services, gate: Gate | None) -> list[Group]:
    """Every route there is, in the order in which they are described."""
    api = [
        jobs.routes,
        looks.routes,
        alerts.routes,
        events.routes,
        cameras.routes,
        monitor.routes(services),
        system.routes,
    ]
    return [*api, reference.routes, page.routes, login.routes(gate)]


def _keep_sessions(app: Flask, gate: Gate, *, secure: bool) -> None:
    app.secret_key = gate.session_secret
    app.config.update(
        SESSION_COOKIE_NAME="frigate_ext_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
    )
