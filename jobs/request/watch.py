"""A watch out of everything a user wrote, new or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.document import watch_document
from frigate_ext.domain.watch import Mode, Watch
from jobs.request import how, when, where
from jobs.request.form import Form
from jobs.request.values import text_of

MAX_CONDITION = 500
"""Characters; a condition is a sentence or three, not a document."""
MAX_NAME = 100

FIELDS = (
    "camera",
    "condition",
    "labels",
    "zones",
    "mode",
    "duration",
    "name",
    "cooldown",
    "remind_every",
    "confirm",
    "schedule",
    "timezone",
    "limits",
    "pictures",
    "language",
    "fast_alert",
)
"""What a watch may be asked for with."""
CHANGEABLE = tuple(field for field in FIELDS if field not in {"camera", "mode"})
_MERGED = {"limits", "pictures"}


def build_watch(
    cameras: Mapping[str, Camera],
    *,
    name: Any = None,
    camera: Any = None,
    condition: Any = None,
    labels: Any = None,
    zones: Any = None,
    mode: Any = None,
    duration: Any = None,
    cooldown: Any = None,
    remind_every: Any = None,
    confirm: Any = None,
    schedule: Any = None,
    timezone: Any = None,
    limits: Any = None,
    pictures: Any = None,
    language: Any = None,
    fast_alert: Any = None,
) -> Watch:
    """Check raw JSON-like values, None meaning *not given*, and fill in the defaults.

    Zones may be given by name or friendly name in any case and come out as names; times in a schedule are
    ``"HH:MM"``. Raises InvalidRequestError with every problem; its `code` is that of the first.
    """
    form = Form()
    chosen = form.read("camera", lambda: where.camera(cameras, camera))
    text = form.read("condition", lambda: text_of(condition, MAX_CONDITION, "bad_condition"))
    kind = form.read("mode", lambda: how.mode(mode)) or Mode.ONCE
    values = {
        "name": form.read("name", lambda: text_of(name, MAX_NAME, "bad_name")) if name is not None else text,
        "labels": form.read("labels", lambda: where.labels(chosen, labels)) or (),
        "zones": form.read("zones", lambda: where.zones(chosen, zones)) or (),
        "duration": form.read("duration", lambda: how.duration(kind, duration)),
        "cooldown": form.read("cooldown", lambda: how.cooldown(cooldown)),
        "remind_every": form.read("remind_every", lambda: how.remind_every(kind, remind_every)),
        "confirm": form.read("confirm", lambda: how.confirm(confirm)),
        "schedule": form.read("schedule", lambda: when.schedule(schedule)),
        "timezone": form.read("timezone", lambda: when.timezone(timezone)),
        "limits": form.read("limits", lambda: how.limits(limits)),
        "pictures": form.read("pictures", lambda: how.pictures(pictures)),
        "language": form.read("language", lambda: how.language(language)),
        "fast_alert": form.read("fast_alert", lambda: how.fast_alert(fast_alert)),
    }
    form.finish()
    assert chosen is not None  # noqa: S101 - finish() raised otherwise
    assert text is not None  # noqa: S101
    values["name"] = values["name"][:MAX_NAME]
    return Watch(camera=chosen.name, condition=text, mode=kind, **values)


def change_watch(cameras: Mapping[str, Camera], watch: Watch, changes: Mapping[str, Any]) -> Watch:
    """A watch with some of its `CHANGEABLE` fields replaced, checked as a whole like a new one.

    None puts a default back; of `limits` and `pictures` only the given keys are replaced. A name that was
    made of the condition follows it. Raises InvalidRequestError.
    """
    asked = watch_document(watch)
    if watch.name == watch.condition[:MAX_NAME]:
        asked["name"] = None
    for field, value in changes.items():
        partly = field in _MERGED and isinstance(value, Mapping)
        asked[field] = asked[field] | dict(value) if partly else value
    return build_watch(cameras, **asked)
