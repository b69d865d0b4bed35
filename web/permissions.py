"""The kinds of access there are: which role, and how the camera of what is asked for is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frigate_ext.domain.account import Role
from frigate_ext.errors import NotFoundError
from web.declare import Access
from web.services import Services

Values = Mapping[str, Any]


def _camera(services: Services, values: Values) -> str:
    name = str(values["camera"])
    if name not in services.cameras:
        raise NotFoundError(f"There is no camera {name[:80]!r}.", code="unknown_camera")
    return name


def _job(services: Services, values: Values) -> str:
    return services.jobs.get(values["job_id"]).watch.camera


def _alert(services: Services, values: Values) -> str:
    return services.store.alerts.get(values["alert_id"]).camera


def _look(services: Services, values: Values) -> str:
    return services.jobs.get(services.store.looks.get(values["look_id"]).job_id).watch.camera


def _event(services: Services, values: Values) -> str:
    return services.store.events.get(values["event_id"]).camera


PUBLIC = Access(None)
ANYONE_SIGNED_IN = Access(Role.VIEWER)
"""Tells nothing of any camera."""
SCOPED = Access(Role.VIEWER, scoped=True)
ADMIN = Access(Role.ADMIN)

SEES_CAMERA = Access(Role.VIEWER, _camera)
WATCHES_CAMERA = Access(Role.VIEWER, _camera, reads=True)
SEES_JOB = Access(Role.VIEWER, _job)
SEES_ALERT = Access(Role.VIEWER, _alert)
SEES_EVENT = Access(Role.VIEWER, _event)
SEES_LOOK = Access(Role.VIEWER, _look)

RULES_CAMERAS = Access(Role.ADMIN, scoped=True)
RULES_JOB = Access(Role.ADMIN, _job)
RULES_ALERT = Access(Role.ADMIN, _alert)
