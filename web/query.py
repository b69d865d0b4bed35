"""Reading query strings: each value checked, each refusal naming its parameter."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import request

from frigate_ext.errors import InvalidRequestError, Problem

E = TypeVar("E", bound=StrEnum)

MAX_TEXT = 200


def integer(name: str, default: int, low: int, high: int) -> int:
    """Return a whole number within `low`..`high`; raises InvalidRequestError."""
    text = request.args.get(name)
    if text is None:
        return default
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else low - 1  # noqa: PLR2004 - 9 digits fit anywhere
    if not low <= value <= high:
        raise _refusal(name, f"must be a whole number from {low} to {high}")
    return value


def flag(name: str) -> bool:
    """Return Frigate's 0/1 switches (`true` and `false` too); absent means off."""
    text = request.args.get(name, "0").lower()
    if text not in {"0", "1", "false", "true"}:
        raise _refusal(name, "must be 0 or 1")
    return text in {"1", "true"}


def text(name: str) -> str | None:
    """Return a short text, None when absent or empty."""
    value = request.args.get(name) or None
    if value is not None and len(value) > MAX_TEXT:
        raise _refusal(name, f"must not be longer than {MAX_TEXT} characters")
    return value


def choice(name: str, kind: type[E]) -> E | None:
    """Return one member of an enumeration, None when absent."""
    value = text(name)
    return None if value is None else _member(name, kind, value)


def choices(name: str, kind: type[E]) -> frozenset[E] | None:
    """Return members of an enumeration, comma-separated or repeated; None when absent."""
    given = [word for part in request.args.getlist(name) for word in part.split(",") if word]
    return frozenset(_member(name, kind, word) for word in given) or None


def _member(name: str, kind: type[E], value: str) -> E:
    try:
        return kind(value)
    except ValueError as error:
        raise _refusal(name, f"must be one of {', '.join(kind)}") from error


def _refusal(name: str, message: str) -> InvalidRequestError:
    return InvalidRequestError(f"{name} {message}", code="bad_query", problems=[Problem(name, message)])
