"""Fills ``{FRIGATE_NAME}`` in, in the fields where Frigate does it and where a judge keeps its secrets.

``{{`` and ``}}`` stand for single braces there; any other brace is itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Names

from config.problems import Problems
from config.tree import Entry, Mapping, Node, Place, Scalar, Sequence

FIELDS: tuple[tuple[str, ...], ...] = (
    ("mqtt", "host"),
    ("mqtt", "user"),
    ("mqtt", "password"),
    ("cameras", "*", "ffmpeg", "inputs", "path"),
    ("genai", "*", "api_key"),
    ("genai", "*", "base_url"),
    ("genai", "*", "provider_options", "**"),
    ("frigate_ext", "proxy", "auth_secret"),
)
"""Paths of the fields; ``*`` is any key, ``**`` everything below, and lists don't count as a step."""

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(?P<name>FRIGATE_[A-Za-z0-9_]+)\}|\{FRIGATE_")


class SubstitutionError(ValueError):
    """A placeholder can't be filled in; says which, never with what."""


def substitute(text: str, names: Names[str, str]) -> str:
    """Raises SubstitutionError for an unknown name and for ``{FRIGATE_`` that is no placeholder."""

    def fill(match: re.Match[str]) -> str:
        name = match["name"]
        if name in names:
            return names[name]
        if name:
            raise SubstitutionError(f"{{{name}}} is set neither in the environment nor as a secret file")
        if match[0] not in {"{{", "}}"}:
            raise SubstitutionError("a {FRIGATE_...} placeholder is malformed; write '{{' for a plain brace")
        return match[0][0]

    return _PLACEHOLDER.sub(fill, text)


def substitute_fields(root: Mapping, names: Names[str, str], problems: Problems) -> Mapping:
    """The tree with all placeholders of `FIELDS` filled in."""
    entries = dict(root.entries)
    for field in FIELDS:
        if field[0] in entries:
            entry = entries[field[0]]
            entries[field[0]] = Entry(entry.key, _descend(entry.value, field[1:], names, problems))
    return Mapping(entries, root.place)


def _descend(node: Node, field: tuple[str, ...], names: Names[str, str], problems: Problems) -> Node:
    match node:
        case Sequence():
            return Sequence(tuple(_descend(item, field, names, problems) for item in node.items), node.place)
        case Mapping() if field:
            rest = field if field[0] == "**" else field[1:]
            entries = {
                name: Entry(entry.key, _descend(entry.value, rest, names, problems))
                if field[0] in {name, "*", "**"}
                else entry
                for name, entry in node.entries.items()
            }
            return Mapping(entries, node.place)
        case Scalar(value=str(text)) if not field or field[0] == "**":
            return Scalar(_filled(text, node.place, names, problems), node.place)
    return node


def _filled(text: str, place: Place, names: Names[str, str], problems: Problems) -> str:
    try:
        return substitute(text, names)
    except SubstitutionError as error:
        problems.settle(place, str(error))
        return text
