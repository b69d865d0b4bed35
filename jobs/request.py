"""From what a user wrote, over HTTP or in YAML, to a watch that can work.

Everything that can never match is refused here, with what would: a job that waits for ever says nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from frigate_ext.domain.camera import Camera
from frigate_ext.domain.document import watch_document
from frigate_ext.domain.watch import Confirm, Crop, Limits, Mode, Pictures, Watch, Window
from frigate_ext.errors import InvalidRequestError, Problem

MAX_CONDITION = 500
"""Characters; a condition is a sentence or three, not a document."""
MAX_NAME = 100
MAX_SECONDS = 366 * 86400.0
MAX_ITEMS = 50
MAX_MOMENTS = 4
MIN_REMINDER = 30.0
"""Seconds; while it lasts, a condition is looked at no more often."""
DEFAULT_DURATION = 3600.0
DEFAULT_COOLDOWN = 600.0

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS: dict[str, Collection[int]] = {
    **{day: (number,) for number, day in enumerate(_WEEK)},
    **{day[:3]: (number,) for number, day in enumerate(_WEEK)},
    "daily": range(7),
    "weekdays": range(5),
    "weekend": range(5, 7),
}
_WHOLE_DAY = 24 * 60
_LANGUAGE = re.compile(r"[^\W\d_][\w ()-]{0,39}")
_TIME = re.compile(r"([0-2]?[0-9]):([0-5][0-9])")


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
    "limits",
    "pictures",
    "language",
)
"""What a watch may be asked for with."""
CHANGEABLE = tuple(field for field in FIELDS if field not in {"camera", "mode"})
_MERGED = {"limits", "pictures"}


class _Refused(Exception):  # noqa: N818 - never leaves this module
    """One field is wrong; `code` is the machine-readable word for it."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


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
    limits: Any = None,
    pictures: Any = None,
    language: Any = None,
) -> Watch:
    """Check raw JSON-like values, None meaning *not given*, and fill in the defaults.

    Zones may be given by name or friendly name in any case and come out as names; times in a schedule are
    ``"HH:MM"``. Raises InvalidRequestError with every problem; its `code` is that of the first.
    """
    form = _Form()
    chosen = form.read("camera", lambda: _camera(cameras, camera))
    text = form.read("condition", lambda: _text(condition, MAX_CONDITION, "bad_condition"))
    kind = form.read("mode", lambda: _mode(mode)) or Mode.ONCE
    values = {
        "name": form.read("name", lambda: _text(name, MAX_NAME, "bad_name")) if name is not None else text,
        "labels": form.read("labels", lambda: _labels(chosen, labels)) or (),
        "zones": form.read("zones", lambda: _zones(chosen, zones)) or (),
        "duration": form.read("duration", lambda: _duration(kind, duration)),
        "cooldown": form.read(
            "cooldown", lambda: _seconds(cooldown, DEFAULT_COOLDOWN, "bad_cooldown", low=0.0)
        ),
        "remind_every": form.read("remind_every", lambda: _remind_every(kind, remind_every)),
        "confirm": form.read("confirm", lambda: _confirm(confirm)),
        "schedule": form.read("schedule", lambda: _schedule(schedule)),
        "limits": form.read("limits", lambda: _limits(limits)),
        "pictures": form.read("pictures", lambda: _pictures(pictures)),
        "language": form.read("language", lambda: _language(language)),
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


class _Form:
    """Reads field after field and remembers all that is wrong."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._codes: list[str] = []

    def read(self, field: str, reader: Callable[[], Any]) -> Any:
        try:
            return reader()
        except _Refused as refused:
            self._problems.append(Problem(field, str(refused)))
            self._codes.append(refused.code)
            return None

    def finish(self) -> None:
        if self._problems:
            message = "; ".join(str(problem) for problem in self._problems)
            raise InvalidRequestError(message, code=self._codes[0], problems=self._problems)


def _camera(cameras: Mapping[str, Camera], value: Any) -> Camera:
    if not isinstance(value, str) or not value:
        raise _Refused(f"say which camera: {_choices(cameras)}", "bad_camera")
    if value in cameras:
        return cameras[value]
    folded = value.casefold()
    for camera in cameras.values():
        if folded in {camera.name.casefold(), camera.friendly_name.casefold()}:
            return camera
    raise _Refused(f"there is no camera {_quoted(value)}; there is {_choices(cameras)}", "unknown_camera")


def _text(value: Any, longest: int, code: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Refused("say it in a few words; it is empty or not a text", code)
    text = " ".join(value.split())
    if len(text) > longest:
        raise _Refused(f"is {len(text)} characters long; {longest} are allowed", code)
    if not text.isprintable():
        raise _Refused("has characters that can't be printed", code)
    return text


def _mode(value: Any) -> Mode:
    if value is None:
        return Mode.ONCE
    if value not in tuple(Mode):
        raise _Refused("must be once or standing", "bad_mode")
    return Mode(value)


def _labels(camera: Camera | None, value: Any) -> tuple[str, ...]:
    known = {label.casefold(): label for label in camera.labels} if camera else {}
    names = _names(value, "bad_labels")
    for name in names if camera else ():
        if name.casefold() not in known:
            tracked = _choices(known.values())
            raise _Refused(
                f"this camera does not track {_quoted(name)}; it tracks {tracked}", "unknown_label"
            )
    return tuple(dict.fromkeys(known.get(name.casefold(), name) for name in names))


def _zones(camera: Camera | None, value: Any) -> tuple[str, ...]:
    known: dict[str, str] = {}
    for zone in camera.zones if camera else ():
        known.setdefault(zone.friendly_name.casefold(), zone.name)
    for zone in camera.zones if camera else ():
        known[zone.name.casefold()] = zone.name
    names = _names(value, "bad_zones")
    for name in names if camera else ():
        if name.casefold() not in known:
            there = _choices(dict.fromkeys(known.values()))
            raise _Refused(f"this camera has no zone {_quoted(name)}; it has {there}", "unknown_zone")
    return tuple(dict.fromkeys(known.get(name.casefold(), name) for name in names))


def _names(value: Any, code: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
        raise _Refused("must be a list of names", code)
    if len(value) > MAX_ITEMS:
        raise _Refused(f"has {len(value)} entries; {MAX_ITEMS} are allowed", code)
    return list(value)


def _duration(mode: Mode, value: Any) -> float | None:
    if value is None and mode is Mode.STANDING:
        return None
    return _seconds(value, DEFAULT_DURATION, "bad_duration", low=1.0)


def _remind_every(mode: Mode, value: Any) -> float | None:
    if value is None:
        return None
    if mode is Mode.ONCE:
        raise _Refused("only a standing watch goes on after its alert", "bad_remind_every")
    return _seconds(value, MIN_REMINDER, "bad_remind_every", low=MIN_REMINDER)


def _language(value: Any) -> str:
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise _Refused("name a language in a word or two: German, pt-BR", "bad_language")
    return value


def _seconds(value: Any, default: float, code: str, *, low: float) -> float:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= MAX_SECONDS:
        raise _Refused(f"must be a number of seconds from {low:g} to {MAX_SECONDS:g}", code)
    return float(value)


def _count(value: Any, default: int, code: str, *, high: int) -> int:
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= high:
        raise _Refused(f"must be a whole number from 1 to {high}", code)
    return value


def _confirm(value: Any) -> Confirm:
    fields = _mapping(value, {"k", "n"}, "bad_confirm")
    k = _count(fields.get("k"), Confirm().k, "bad_confirm", high=10)
    n = _count(fields.get("n"), k, "bad_confirm", high=10)
    if k > n:
        raise _Refused(f"asks for {k} of only {n} looks", "bad_confirm")
    return Confirm(k, n)


def _limits(value: Any) -> Limits:
    fields = _mapping(
        value, {"min_interval", "max_interval", "looks_per_hour", "alerts_per_hour"}, "bad_limits"
    )
    code, usual = "bad_limits", Limits()
    limits = Limits(
        min_interval=_seconds(fields.get("min_interval"), usual.min_interval, code, low=0.1),
        max_interval=_seconds(fields.get("max_interval"), usual.max_interval, code, low=1.0),
        looks_per_hour=_count(fields.get("looks_per_hour"), usual.looks_per_hour, code, high=3600),
        alerts_per_hour=_count(fields.get("alerts_per_hour"), usual.alerts_per_hour, code, high=3600),
    )
    if limits.min_interval > limits.max_interval:
        raise _Refused("min_interval is longer than max_interval", code)
    return limits


def _pictures(value: Any) -> Pictures:
    fields = _mapping(value, {"moments", "tile", "draw", "crop"}, "bad_pictures")
    code, usual = "bad_pictures", Pictures()
    crop = usual.crop if fields.get("crop") is None else fields["crop"]
    if crop not in tuple(Crop):
        raise _Refused("crop must be auto or off", code)
    return Pictures(
        moments=_count(fields.get("moments"), usual.moments, code, high=MAX_MOMENTS),
        tile=_switch(fields.get("tile"), usual.tile, code),
        draw=_switch(fields.get("draw"), usual.draw, code),
        crop=Crop(crop),
    )


def _switch(value: Any, default: bool, code: str) -> bool:  # noqa: FBT001 - a value, as the others
    if value is None:
        return default
    if not isinstance(value, bool):
        raise _Refused("must be true or false", code)
    return value


def _mapping(value: Any, known: set[str], code: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _Refused(f"must be an object with {_choices(sorted(known))}", code)
    for key in value:
        if key not in known:
            raise _Refused(f"has no {_quoted(key)}; it has {_choices(sorted(known))}", code)
    return dict(value)


def _schedule(value: Any) -> tuple[Window, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or len(value) > MAX_ITEMS:
        raise _Refused("must be a list of {days, from, to}", "bad_schedule")
    return tuple(_window(item) for item in value)


def _window(value: Any) -> Window:
    fields = _mapping(value, {"days", "from", "to"}, "bad_schedule")
    return Window(
        days=_days(fields.get("days")),
        start=_minutes(fields.get("from"), 0),
        end=_minutes(fields.get("to"), _WHOLE_DAY),
    )


def _days(value: Any) -> frozenset[int]:
    if value is None:
        return frozenset(range(7))
    names = [value] if isinstance(value, str) else _names(value, "bad_schedule")
    days: set[int] = set()
    for name in names:
        if name.strip().casefold() not in _DAYS:
            raise _Refused(
                f"{_quoted(name)} is no day; use mon ... sun, weekdays, weekend or daily", "bad_schedule"
            )
        days.update(_DAYS[name.strip().casefold()])
    if not days:
        raise _Refused("names no day", "bad_schedule")
    return frozenset(days)


def _minutes(value: Any, default: int) -> int:
    if value is None:
        return default
    time = _TIME.fullmatch(value) if isinstance(value, str) else None
    total = int(time[1]) * 60 + int(time[2]) if time else math.inf
    if total > _WHOLE_DAY:
        raise _Refused(f"{_quoted(value)} is no time of day; write it as HH:MM", "bad_schedule")
    return int(total)


def _choices(names: Collection[str] | Mapping[str, Any]) -> str:
    return ", ".join(names) if names else "none"


def _quoted(value: Any) -> str:
    return repr(str(value)[:60])
