"""Watch jobs as Frigate's clients ask for them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from web.documents.base import Shape, Time


class MonitorStarted(Shape):
    success: bool
    job_id: str


class MonitorDone(Shape):
    success: bool


class MonitorDocument(Shape):
    """Frigate's job; before the first there is `active` alone."""

    active: bool
    id: str = ""
    job_type: str = ""
    status: str = ""
    results: None = None
    start_time: Time | None = None
    end_time: Time | None = None
    error_message: str | None = None
    camera: str = ""
    condition: str = ""
    max_duration_minutes: int = 0
    labels: list[str] = Field([])
    zones: list[str] = Field([])
    last_reasoning: str = ""
    notification_message: str = ""
    iteration_count: int = 0
    username: str = ""


class MonitorRefusal(Shape):
    success: bool
    message: str
    detail: list[dict[str, Any]] = Field([])
