"""Frigate's `ui`, of which only the time zone matters here."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from config.sections.base import Section


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:
        raise ValueError("must be a time zone like Europe/Berlin") from error
    return name


class Ui(Section):
    timezone: Annotated[str, AfterValidator(_known)] | None = None
    """What schedules are in; None: the machine's."""
