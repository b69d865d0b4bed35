"""When a watch may look: weekly windows, as people write them."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from frigate_ext.domain.watch import Window
from jobs.request.values import MAX_ITEMS, Refused, choices, mapping_of, names_of, quoted

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS: dict[str, Collection[int]] = {
    **{day: (number,) for number, day in enumerate(_WEEK)},
    **{day[:3]: (number,) for number, day in enumerate(_WEEK)},
    "daily": range(7),
    "weekdays": range(5),
    "weekend": range(5, 7),
}
_WHOLE_DAY = 24 * 60
_TIME = re.compile(r"([0-2]?[0-9]):([0-5][0-9])")


def schedule(value: Any) -> tuple[Window, ...]:
    """Weekly windows with days, from and to; None means always."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or len(value) > MAX_ITEMS:
        raise Refused("must be a list of {days, from, to}", "bad_schedule")
    return tuple(_window(item) for item in value)


def timezone(value: Any) -> str:
    """A name of the IANA database; '' for the installation's own."""
    if value is None or value == "":
        return ""
    try:
        ZoneInfo(value)
    except (TypeError, ValueError, KeyError, OSError):
        raise Refused(f"there is no time zone {quoted(value)}{_hint(value)}", "bad_timezone") from None
    return str(value)


def _hint(value: Any) -> str:
    """What may have been meant, by the last part of the name: a city."""
    by_city = {name.rsplit("/", 1)[-1].casefold(): name for name in sorted(available_timezones())}
    city = str(value)[:60].replace(" ", "_").rsplit("/", 1)[-1].casefold()
    close = get_close_matches(city, by_city, n=3, cutoff=0.7)
    return f"; did you mean {choices([by_city[one] for one in close])}?" if close else "; e.g. Europe/Berlin"


def _window(value: Any) -> Window:
    fields = mapping_of(value, {"days", "from", "to"}, "bad_schedule")
    return Window(
        days=_days(fields.get("days")),
        start=_minutes(fields.get("from"), 0),
        end=_minutes(fields.get("to"), _WHOLE_DAY),
    )


def _days(value: Any) -> frozenset[int]:
    if value is None:
        return frozenset(range(7))
    names = [value] if isinstance(value, str) else names_of(value, "bad_schedule")
    days: set[int] = set()
    for name in names:
        if name.strip().casefold() not in _DAYS:
            raise Refused(
                f"{quoted(name)} is no day; use mon ... sun, weekdays, weekend or daily", "bad_schedule"
            )
        days.update(_DAYS[name.strip().casefold()])
    if not days:
        raise Refused("names no day", "bad_schedule")
    return frozenset(days)


def _minutes(value: Any, default: int) -> int:
    if value is None:
        return default
    time = _TIME.fullmatch(value) if isinstance(value, str) else None
    total = int(time[1]) * 60 + int(time[2]) if time else math.inf
    if total > _WHOLE_DAY:
        raise Refused(f"{quoted(value)} is no time of day; write it as HH:MM", "bad_schedule")
    return int(total)
