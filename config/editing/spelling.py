"""How values are written into a file: the shortest way that YAML 1.1 and 1.2 read alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

Value = str | int | float | bool | None | Sequence["Value"] | Mapping[str, "Value"]

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
_NUMBERS = re.compile(r"[0-9.]+(,[0-9.]+)+")
"""Coordinates, as Frigate writes them; where commas separate items, they need quotes."""
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
"""Not texts to everybody."""


def inline(value: Value, *, within_flow: bool = False) -> str:
    """The value on one line; texts must be printable."""
    match value:
        case None | bool() | int() | float():
            return json.dumps(value)
        case str():
            plain = _is_plain(value, within_flow=within_flow)
            return value if plain else json.dumps(value, ensure_ascii=False)
        case Mapping():
            pairs = [(inline(k, within_flow=True), inline(v, within_flow=True)) for k, v in value.items()]
            return f"{{{', '.join(f'{k}: {v}' for k, v in pairs)}}}"
    return f"[{', '.join(inline(item, within_flow=True) for item in value)}]"


def block(values: Mapping[str, Value], indent: int, step: int = 2) -> Iterator[str]:
    """Lines with a key each, indented by `indent` and below that by `step` columns; without line ends."""
    for name, value in values.items():
        key = " " * indent + inline(name, within_flow=True)
        if isinstance(value, Mapping) and value:
            yield f"{key}:"
            yield from block(value, indent + step, step)
        else:
            yield f"{key}: {inline(value)}"


def _is_plain(text: str, *, within_flow: bool) -> bool:
    if _PLAIN.fullmatch(text):
        return text.lower() not in _WORDS
    return not within_flow and bool(_NUMBERS.fullmatch(text))
