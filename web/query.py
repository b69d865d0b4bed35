"""Reading query strings by a model: each refusal names its parameter."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeVar, get_origin
from zoneinfo import ZoneInfo

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from frigate_ext.store.timeline import Span
from web.invalid import refusal

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

MAX_TEXT = 200
MAX_WORDS = 50
MAX_LIST = 2000
DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


def _parts(value: Any) -> Any:
    """Comma-separated, or the parameter repeated, or both."""
    return tuple(",".join(value).split(","))


def _names(value: Any) -> Any:
    text = ",".join(value)
    if not 0 < len(text) <= MAX_LIST:
        raise ValueError(f"must have from 1 to {MAX_LIST} characters")
    return tuple(word for word in text.split(",") if word)


def _switch(value: Any) -> Any:
    if isinstance(value, str) and value.lower() in {"0", "1", "false", "true"}:
        return value.lower() in {"1", "true"}
    raise ValueError("must be 0 or 1")


def _offset(value: Any) -> Any:
    name = "UTC" if value.lower() == "utc" else value
    try:
        offset = datetime.now(ZoneInfo(name)).utcoffset()
    except (ValueError, KeyError, OSError):
        raise ValueError("must be a time zone, like Europe/Berlin") from None
    return offset.total_seconds() if offset else 0.0


Text = Annotated[
    Annotated[str, Field(max_length=MAX_TEXT)] | None, BeforeValidator(lambda value: value or None)
]
"""A short text; an empty one counts as not given."""
Several = Annotated[tuple[T, ...], Field(min_length=1, max_length=MAX_WORDS), BeforeValidator(_parts)]
"""Members of an enumeration, comma-separated."""
Names = Annotated[
    tuple[str, ...],
    Field(max_length=MAX_WORDS),
    BeforeValidator(_names),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_LIST}),
]
"""Words of the user's own, comma-separated."""
Flag = Annotated[
    bool,
    BeforeValidator(_switch),
    WithJsonSchema({"type": "string", "enum": ["0", "1", "false", "true"], "default": "0"}),
]
"""Frigate's 0/1 switches."""
Offset = Annotated[float, BeforeValidator(_offset), WithJsonSchema({"type": "string", "default": "utc"})]
"""The seconds from UTC of a time zone, named as `Europe/Berlin`, as they are today."""
Moment = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)] | None
"""Epoch seconds."""


class Query(BaseModel):
    """Parameters nobody knows are refused: a mistyped filter would show everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Window(Query):
    """Which part of a list."""

    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many at most.")
    cursor: Text = Field(None, description="`next` of the page before.")


class Timed(Window):
    """A part of a list, of what lies between two times."""

    after: Moment = Field(None, description="Epoch seconds; later than this.")
    before: Moment = Field(None, description="Epoch seconds; earlier than this.")

    @property
    def span(self) -> Span:
        return Span(self.after, self.before)


def parsed(model: type[M]) -> M:
    """Return the request's query as `model`; raises InvalidRequestError with every problem."""
    given = {name: _given(model, name) for name in request.args}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise refusal(error, "bad_query") from error


def _given(model: type[BaseModel], name: str) -> Any:
    field = model.model_fields.get(name)
    many = field is not None and get_origin(field.annotation) is tuple
    return request.args.getlist(name) if many else request.args[name]
