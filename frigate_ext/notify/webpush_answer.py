"""What a push service's answer means (RFC 8030). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum

_GONE = frozenset({404, 410})
_BUSY = frozenset({408, 425, 429})
_LONGEST = 3600.0
_REFUSED = 600.0
"""Seconds to leave a device alone whose push service refuses us: a person may have to act."""


class Outcome(Enum):
    TOLD = "told"
    GONE = "gone"
    """The device does not want to be told any more."""
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Answer:
    outcome: Outcome
    why: str = ""
    wait: float = 0.0
    """Seconds that must pass before the next try, beside the usual back-off."""
    away: bool = False
    """The service could not be reached at all."""


def read(status: int, retry_after: str, words: str, now: float) -> Answer:
    """`words` is the beginning of the body, `now` epoch seconds."""
    if 200 <= status < 300:  # noqa: PLR2004 - success
        return Answer(Outcome.TOLD)
    if status in _GONE:
        return Answer(Outcome.GONE, f"the push service answers {status}")
    why = f"the push service answers {status}" + (f" ({words})" if words else "")
    if status in _BUSY or status >= 500:  # noqa: PLR2004 - a server's own trouble
        return Answer(Outcome.LATER, why, wait=_seconds(retry_after, now))
    return Answer(Outcome.LATER, why, wait=_REFUSED)


def _seconds(retry_after: str, now: float) -> float:
    """Of a header that holds seconds or a date; none, or nonsense, is 0."""
    if retry_after.isdecimal():
        return min(_LONGEST, float(retry_after[:9]))
    try:
        at = parsedate_to_datetime(retry_after).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(_LONGEST, max(0.0, at - now))
