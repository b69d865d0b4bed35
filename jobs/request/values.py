"""Plain values out of what a user wrote: texts, numbers, lists, each refused with what would do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

MAX_SECONDS = 366 * 86400.0
MAX_ITEMS = 50


class Refused(Exception):  # noqa: N818 - never leaves this module
    """One field is wrong; `code` is the machine-readable word for it."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def text_of(value: Any, longest: int, code: str) -> str:
    """One line of at most `longest` characters, white space put in order."""
    if not isinstance(value, str) or not value.strip():
        raise Refused("say it in a few words; it is empty or not a text", code)
    text = " ".join(value.split())
    if len(text) > longest:
        raise Refused(f"is {len(text)} characters long; {longest} are allowed", code)
    if not text.isprintable():
        raise Refused("has characters that can't be printed", code)
    return text


def names_of(value: Any, code: str) -> list[str]:
    """A list of texts; None is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
        raise Refused("must be a list of names", code)
    if len(value) > MAX_ITEMS:
        raise Refused(f"has {len(value)} entries; {MAX_ITEMS} are allowed", code)
    return list(value)


def seconds_of(value: Any, default: float, code: str, *, low: float) -> float:
    """From `low` to a year; None is the default."""
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= MAX_SECONDS:
        raise Refused(f"must be a number of seconds from {low:g} to {MAX_SECONDS:g}", code)
    return float(value)


def count_of(value: Any, default: int, code: str, *, high: int) -> int:
    """A whole number from 1 to `high`; None is the default."""
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= high:
        raise Refused(f"must be a whole number from 1 to {high}", code)
    return value


def switch_of(value: Any, default: bool, code: str) -> bool:  # noqa: FBT001 - a value, as the others
    """True or false; None is the default."""
    if value is None:
        return default
    if not isinstance(value, bool):
        raise Refused("must be true or false", code)
    return value


def mapping_of(value: Any, known: set[str], code: str) -> dict[str, Any]:
    """An object with no other than the known keys; None is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Refused(f"must be an object with {choices(sorted(known))}", code)
    for key in value:
        if key not in known:
            raise Refused(f"has no {quoted(key)}; it has {choices(sorted(known))}", code)
    return dict(value)


def choices(names: Collection[str] | Mapping[str, Any]) -> str:
    """For people."""
    return ", ".join(names) if names else "none"


def quoted(value: Any) -> str:
    """For people, whatever it is and however long."""
    return repr(str(value)[:60])
