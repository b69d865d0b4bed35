"""How a watch goes about it: mode, times, confirmation, limits, pictures, language."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from frigate_ext.domain.watch import Confirm, Crop, Limits, Mode, Pictures, WhenSpent
from jobs.request.values import Refused, count_of, mapping_of, seconds_of, switch_of

MAX_MOMENTS = 4
MIN_REMINDER = 30.0
"""Seconds; while it lasts, a condition is looked at no more often."""
_DURATION = 3600.0
_COOLDOWN = 600.0

_MOST_LOOKS = 3600
_MOST_TOKENS = 10**12
_LANGUAGE = re.compile(r"[^\W\d_][\w ()-]{0,39}")


def mode(value: Any) -> Mode:
    """Once unless said otherwise."""
    if value is None:
        return Mode.ONCE
    if value not in tuple(Mode):
        raise Refused("must be once or standing", "bad_mode")
    return Mode(value)


def duration(mode: Mode, value: Any) -> float | None:
    """Seconds; a standing watch without one runs until it is stopped (None)."""
    if value is None and mode is Mode.STANDING:
        return None
    return seconds_of(value, _DURATION, "bad_duration", low=1.0)


def cooldown(value: Any) -> float:
    """Seconds between two alerts."""
    return seconds_of(value, _COOLDOWN, "bad_cooldown", low=0.0)


def remind_every(mode: Mode, value: Any) -> float | None:
    """Seconds, or None for no reminders."""
    if value is None:
        return None
    if mode is Mode.ONCE:
        raise Refused("only a standing watch goes on after its alert", "bad_remind_every")
    return seconds_of(value, MIN_REMINDER, "bad_remind_every", low=MIN_REMINDER)


def confirm(value: Any) -> Confirm:
    """`n` is `k` where only that is given."""
    fields = mapping_of(value, {"k", "n"}, "bad_confirm")
    k = count_of(fields.get("k"), Confirm().k, "bad_confirm", high=10)
    n = count_of(fields.get("n"), k, "bad_confirm", high=10)
    if k > n:
        raise Refused(f"asks for {k} of only {n} looks", "bad_confirm")
    return Confirm(k, n)


def limits(value: Any) -> Limits:
    """The usual ones where none are given."""
    fields = mapping_of(value, {field.name for field in dataclasses.fields(Limits)}, "bad_limits")
    code, usual = "bad_limits", Limits()
    limits = Limits(
        min_interval=seconds_of(fields.get("min_interval"), usual.min_interval, code, low=0.1),
        max_interval=seconds_of(fields.get("max_interval"), usual.max_interval, code, low=1.0),
        looks_per_minute=_maybe(fields.get("looks_per_minute"), _MOST_LOOKS),
        looks_per_hour=count_of(fields.get("looks_per_hour"), usual.looks_per_hour, code, high=_MOST_LOOKS),
        looks_per_day=_maybe(fields.get("looks_per_day"), 24 * _MOST_LOOKS),
        tokens_per_day=_maybe(fields.get("tokens_per_day"), _MOST_TOKENS),
        alerts_per_hour=count_of(fields.get("alerts_per_hour"), usual.alerts_per_hour, code, high=3600),
        when_spent=_when_spent(fields.get("when_spent")),
    )
    if limits.min_interval > limits.max_interval:
        raise Refused("min_interval is longer than max_interval", code)
    return limits


def _maybe(value: Any, most: int) -> int | None:
    return None if value is None else count_of(value, most, "bad_limits", high=most)


def _when_spent(value: Any) -> WhenSpent | None:
    if value is not None and value not in tuple(WhenSpent):
        raise Refused("when_spent must be detector or hold", "bad_limits")
    return None if value is None else WhenSpent(value)


def pictures(value: Any) -> Pictures:
    """The usual ones where nothing else is asked for."""
    fields = mapping_of(value, {"moments", "tile", "draw", "crop"}, "bad_pictures")
    code, usual = "bad_pictures", Pictures()
    crop = usual.crop if fields.get("crop") is None else fields["crop"]
    if crop not in tuple(Crop):
        raise Refused("crop must be auto or off", code)
    return Pictures(
        moments=count_of(fields.get("moments"), usual.moments, code, high=MAX_MOMENTS),
        tile=switch_of(fields.get("tile"), usual.tile, code),
        draw=switch_of(fields.get("draw"), usual.draw, code),
        crop=Crop(crop),
    )


def fast_alert(value: Any) -> bool:
    """Not unless it is asked for."""
    return switch_of(value, default=False, code="bad_fast_alert")


def language(value: Any) -> str:
    """A name or a tag; '' for none."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise Refused("name a language in a word or two: German, pt-BR", "bad_language")
    return value
