"""A tree against its section, with the place of everything that does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from config.problems import Problems
from config.sections.base import Section
from config.tree import Entry, Scalar, locate, plain

S = TypeVar("S", bound=Section)

_WORDS = (
    (r"^Value error, ", ""),
    (r"^Input should", "should"),
    (r"a valid dictionary( or instance of \w+)?", "a mapping"),
    (r"a valid tuple", "a list"),
    (r"a valid string", "a text"),
)
"""Pydantic speaks of Python; the user wrote YAML."""


def validate(section: type[S], name: str, entry: Entry, problems: Problems) -> S | None:
    """The values of the section called `name`, or None when something in it is wrong."""
    try:
        return section.model_validate(plain(entry.value))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False, include_context=False):
            _report(name, entry, detail, problems)
    return None


def _report(name: str, entry: Entry, detail: Mapping[str, Any], problems: Problems) -> None:
    found = locate(entry, detail["loc"])
    if detail["type"] == "missing":
        problems.add(found.place, f"'{detail['loc'][-1]}' is missing")
        return
    nearest = next((step for step in reversed(found.path) if isinstance(step, str)), name)
    problems.add(found.place, f"{nearest}: {_message(detail, found.node)}")


def _message(detail: Mapping[str, Any], node: object) -> str:
    message: str = detail["msg"]
    for theirs, ours in _WORDS:
        message = re.sub(theirs, ours, message)
    if detail["type"] == "string_type" and isinstance(node, Scalar):
        message += "; put it in quotes"
    return message
