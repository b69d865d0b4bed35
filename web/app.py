"""The Flask application: which routes there are and what all of them share."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from frigate_ext.runtime.clock import Clock, SystemClock
from web import alerts, cameras, jobs, login, looks, monitor, page, problems, system
from web.access import Gate, session_secret
from web.body import MAX_BODY
from web.context import provide
from web.guard import Guard
from web.services import Services


class _Json(DefaultJSONProvider):
    sort_keys = False
    """Documents read best in the order they were written."""


def create_app(services: Services, clock: Clock | None = None) -> Flask:
    """Build the application; `clock` times the pauses after wrong keys."""
    app = Flask(__name__)
    app.json = _Json(app)
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    gate = _gate(app, services, clock or SystemClock())
    provide(app, services)
    problems.install(app)
    Guard(gate=gate, external_url=services.external_url, loopback=services.loopback).install(app)
    for routes in (jobs.routes, looks.routes, alerts.routes, cameras.routes, system.routes, page.routes):
        app.register_blueprint(routes)
    app.register_blueprint(monitor.routes(services))
    app.register_blueprint(login.routes(gate))
    return app


def _gate(app: Flask, services: Services, clock: Clock) -> Gate | None:
    if services.api_key is None:
        return None
    app.secret_key = session_secret(services.api_key)
    app.config.update(
        SESSION_COOKIE_NAME="frigate_ext_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=services.external_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
    )
    return Gate(services.api_key, clock)
