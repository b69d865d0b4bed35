"""What pydantic finds wrong, as our refusals say it."""

from __future__ import annotations

from pydantic import ValidationError

from frigate_ext.errors import InvalidRequestError, Problem

MAX_PROBLEMS = 20
_FIELD = 80
"""Characters shown of a field's name: it may be the client's own."""


def refusal(error: ValidationError, code: str | None = None) -> InvalidRequestError:
    """Name every wrong field; the code is `code`, or says which field is wrong first."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[:MAX_PROBLEMS]
    problems = [Problem(_where(one["loc"]), _message(one["type"], one["msg"])) for one in found]
    first = "unknown_field" if found[0]["type"] == "extra_forbidden" else f"bad_{found[0]['loc'][0]}"
    return InvalidRequestError("; ".join(map(str, problems)), code=code or first, problems=problems)


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))[:_FIELD]


def _message(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "is not known here"
    return message.removeprefix("Input ").removeprefix("Value error, ")
