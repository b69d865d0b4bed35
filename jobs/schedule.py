"""When a watch may look: weekly windows in local time, over midnight and changes of the clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from frigate_ext.domain.watch import Watch, Window
from frigate_ext.runtime.clock import Moment


def zone_of(name: str, default: tzinfo | None) -> tzinfo | None:
    """The zone of that name; `default` for '' and for one that this machine does not know any more."""
    try:
        return ZoneInfo(name) if name else default
    except (ValueError, KeyError, OSError):
        return default


def is_open(windows: Sequence[Window], wall: float, zone: tzinfo | None) -> bool:
    """Whether any window holds `wall` (epoch seconds); no windows means always.

    `zone` None is the machine's own time zone.
    """
    return not windows or any(start <= wall < end for start, end in _spans(windows, wall, zone))


def next_change(windows: Sequence[Window], wall: float, zone: tzinfo | None) -> float | None:
    """Epoch seconds of the first opening or closing after `wall`; None when there is none."""
    changes = [edge for span in _spans(windows, wall, zone) for edge in span if edge > wall]
    return min(changes, default=None)


def _spans(windows: Sequence[Window], wall: float, zone: tzinfo | None) -> tuple[tuple[float, float], ...]:
    """Every window's epoch span from yesterday's to next week's: enough for any question about now."""
    if not windows:
        return ()
    return _spans_around(tuple(windows), datetime.fromtimestamp(wall, zone).date(), zone)


@lru_cache(maxsize=256)  # every job asks several times a second, and its answer is good for a day
def _spans_around(
    windows: tuple[Window, ...], today: date, zone: tzinfo | None
) -> tuple[tuple[float, float], ...]:
    days = [today + timedelta(days=offset) for offset in range(-1, 8)]
    return tuple(
        _span(window, day, zone) for day in days for window in windows if day.weekday() in window.days
    )


def _span(window: Window, day: date, zone: tzinfo | None) -> tuple[float, float]:
    last = day if window.end > window.start else day + timedelta(days=1)
    return _epoch(day, window.start, zone), _epoch(last, window.end, zone)


def _epoch(day: date, minutes: int, zone: tzinfo | None) -> float:
    """Epoch seconds of a wall-clock time; one that a change of the clock skips falls right after it."""
    whole_days, rest = divmod(minutes, 24 * 60)
    day += timedelta(days=whole_days)
    return datetime(day.year, day.month, day.day, rest // 60, rest % 60, tzinfo=zone).timestamp()


class Hours:
    """When one watch may look. In monotonic seconds, as a change of the wall's clock moves its windows."""

    def __init__(self, watch: Watch, default: tzinfo | None) -> None:
        """`default` is the zone of who names none."""
        self._windows = watch.schedule
        self.zone = zone_of(watch.timezone, default)

    def are_off(self, now: Moment) -> bool:
        return not is_open(self._windows, now.wall, self.zone)

    def open_at(self, now: Moment) -> float:
        """-inf while they are open; inf when they never are."""
        return self.next_change(now) if self.are_off(now) else -math.inf

    def next_change(self, now: Moment) -> float:
        """Inf when there is none."""
        change = next_change(self._windows, now.wall, self.zone)
        return math.inf if change is None else now.monotonic + change - now.wall
