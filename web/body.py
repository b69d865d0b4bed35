"""Reading what a client sends: JSON objects, bounded and strict."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec
from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from frigate_ext.errors import InvalidRequestError, Problem
from web.invalid import refusal

M = TypeVar("M", bound=BaseModel)

_JSON = msgspec.json.Decoder()

MAX_BODY = 64 * 1024
"""Bytes; a longer one is refused with 413."""
MAX_DEPTH = 32
"""Of lists and objects in each other; what walks through them would else end where Python's stack does."""
MAX_FILE_BODY = 320 * 1024
"""The same where a whole file is sent."""


def limit_of(path: str) -> int:
    """Return how many bytes a body may have that is sent to `path`."""
    return MAX_FILE_BODY if path.startswith("/api/config/") else MAX_BODY


def json_object() -> dict[str, Any]:
    """Return the request's body. NaN, lone surrogates and deep nesting are not JSON here.

    Raises what becomes 413, 415, or 400 when it is not a JSON object.
    """
    if not request.is_json:
        raise UnsupportedMediaType("Send the body as application/json.")
    return parse_object(request.get_data())


def parse_object(body: bytes) -> dict[str, Any]:
    """Decode a JSON object; raises BadRequest when it is anything else."""
    try:
        value = _JSON.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadRequest(f"The body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise BadRequest("The body must be a JSON object.")
    if _is_deeper(value, MAX_DEPTH):
        raise BadRequest(f"The body has more than {MAX_DEPTH} lists and objects in each other.")
    return value


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inner)


def only(body: dict[str, Any], known: Sequence[str]) -> dict[str, Any]:
    """Return `body` when each field is one of `known`; raises InvalidRequestError naming the others."""
    problems = [Problem(field[:80], _unknown(field, known)) for field in body if field not in known]
    if problems:
        names = ", ".join(problem.where for problem in problems[:5])
        raise InvalidRequestError(f"Unknown field: {names}", code="unknown_field", problems=problems[:20])
    return body


def checked(model: type[M], body: dict[str, Any]) -> M:
    """Return the body as `model`, strictly; raises InvalidRequestError naming every wrong field."""
    only(body, tuple(model.model_fields))
    try:
        return model.model_validate_json(msgspec.json.encode(body), strict=True)
    except ValidationError as error:
        raise refusal(error) from error


def _unknown(field: str, known: Sequence[str]) -> str:
    close = get_close_matches(field[:80], known, n=1)
    return (
        f"unknown field; did you mean {close[0]}?" if close else f"unknown field; known: {', '.join(known)}"
    )
