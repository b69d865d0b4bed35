"""What is asked of a watch job on the command line, and how it becomes the body of a request."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

Labels = Annotated[list[str] | None, typer.Option("--label", help="Only these labels wake it; may repeat.")]
Zones = Annotated[list[str] | None, typer.Option("--zone", help="Only in these zones; may repeat.")]
Duration = Annotated[float | None, typer.Option(help="Seconds from its start until it expires.")]
Name = Annotated[str | None, typer.Option(help="What to call it.")]
Cooldown = Annotated[float | None, typer.Option(help="Seconds between two alerts.")]
RemindEvery = Annotated[
    float | None, typer.Option(help="Repeat the alert while the condition lasts, in seconds.")
]
Language = Annotated[str | None, typer.Option(help="What you read: German, pt-BR.")]
Schedule = Annotated[
    list[str] | None,
    typer.Option(
        metavar="DAYS FROM-TO",
        help='When it looks: "weekdays 22:00-06:00", "sat,sun 08:00-20:00", "daily"; may repeat.',
    ),
]
Timezone = Annotated[str | None, typer.Option(help="Of the schedule: Europe/Berlin.")]
Limits = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=VALUE",
        help="looks_per_hour=20, tokens_per_day=50000, alerts_per_hour=2, min_interval=5 ...; may repeat.",
    ),
]

_WINDOW = re.compile(r"\s*([a-z,]+)(?:\s+(\d{1,2}:\d\d)\s*-\s*(\d{1,2}:\d\d))?\s*")


def wished(
    *, schedule: list[str] | None = None, limits: list[str] | None = None, **plain: Any
) -> dict[str, Any]:
    """Return the fields of a watch that were given; whether they make sense is the server's matter.

    Raises typer.BadParameter for a schedule or limit that can't be read.
    """
    body = {field: value for field, value in plain.items() if value is not None}
    if schedule:
        body["schedule"] = [_window(text) for text in schedule]
    if limits:
        body["limits"] = dict(_limit(text) for text in limits)
    return body


def _window(text: str) -> dict[str, Any]:
    found = _WINDOW.fullmatch(text.lower())
    if found is None:
        raise typer.BadParameter(f"{text!r} is not like 'weekdays 22:00-06:00'", param_hint="--schedule")
    days, begin, end = found.groups()
    named: dict[str, Any] = {"days": days.split(",") if "," in days else days}
    return named | ({"from": begin, "to": end} if begin else {})


def _limit(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r} is not like looks_per_hour=20", param_hint="--limit")
    return name.strip(), _number(value.strip())


def _number(value: str) -> float | int | str | None:
    """A number where it is one; the word `default` puts the default back."""
    if value == "default":
        return None
    if re.fullmatch(r"-?\d{1,15}", value):
        return int(value)
    return float(value) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", value) else value
