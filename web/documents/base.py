"""What all replies have in common: lists, errors, times and boxes."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, RootModel

T = TypeVar("T")
Time = Annotated[float, Field(description="Epoch seconds.")]
Seconds = Annotated[float, Field(description="A duration in seconds.")]
Share = Annotated[float, Field(ge=0, le=1)]
BoxXyxy = Annotated[
    list[float], Field(min_length=4, max_length=4, description="x1, y1, x2, y2 in detect pixels.")
]


class Shape(BaseModel):
    """Describes and is never filled: every field of a document is always there."""

    model_config = ConfigDict(json_schema_mode_override="serialization")


class Listed(Shape, Generic[T]):
    """A page of a list, newest first."""

    items: list[T]
    next: str | None = Field(description="Pass it as `cursor` for the page after; null on the last.")


class FieldError(Shape):
    field: str
    message: str
    line: int | None = Field(None, description="In a text of several lines; from 1.")
    column: int | None = None


class ProblemDocument(Shape):
    """An error (RFC 9457). `code` is a stable word for programs, `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] = Field(description="The fields that are wrong, all of them at once.")


class SizeDocument(Shape):
    width: int
    height: int


class SeenDocument(Shape):
    id: str
    label: str
    score: Share
    box: BoxXyxy


class Items(RootModel[list[T]], Generic[T]):
    """A plain list, as Frigate has it."""
