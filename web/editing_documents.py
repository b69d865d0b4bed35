"""What the editors send and get."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from config.editing.shapes import MAX_CORNERS, Kind
from config.sections.coordinates import MIN_POINTS
from web.bodies import Names, Sent
from web.documents.base import Shape, Time
from web.documents.system import ReloadDocument
from web.query import Query

MAX_FILES = 100
_MAX_TEXT = 256 * 1024
"""Characters."""

Etag = Annotated[str, Field(min_length=1, max_length=64, description="Of the file as it was read.")]
Text = Annotated[str, Field(max_length=_MAX_TEXT, description="Hidden values are tokens: •••3•••.")]
FileNumber = Annotated[int, Field(ge=0, le=MAX_FILES, description="In the order of the command line.")]
Share = Annotated[float, Field(ge=0, le=1)]
Corner = Annotated[list[Share], Field(min_length=2, max_length=2, description="x and y, of the picture.")]
FriendlyName = Annotated[str, Field(min_length=1, max_length=100)]


class FileQuery(Query):
    """Which file."""

    file: FileNumber = 0


class FileBody(Sent):
    """The whole text of a file, as it was read and changed."""

    file: FileNumber = 0
    text: Text
    etag: Etag


class RestoreBody(Sent):
    """The file as it was read, so that nobody's change is lost."""

    etag: Etag


class MaskBody(Sent):
    """Where motion, or objects, do not count. Corners go around in order."""

    corners: list[Corner] = Field(min_length=MIN_POINTS, max_length=MAX_CORNERS)
    friendly_name: FriendlyName | None = None
    enabled: bool = True


class ZoneBody(MaskBody):
    """A part of the picture that has a name."""

    objects: Names = Field([], description="Labels it is for; none: all.")
    inertia: int = Field(3, ge=1, le=1000, description="Frames inside before an object counts as present.")
    loitering_time: int = Field(0, ge=0, le=86400, description="Seconds inside before it is in the zone.")


class FileDocument(Shape):
    """A file of the configuration."""

    file: int
    name: str
    files: list[str] = Field(description="All there are, by number.")
    text: str | None = Field(description="Null for a file that is no YAML: its secrets can't be hidden.")
    etag: str
    writable: bool
    outcome: ReloadDocument


class CheckedDocument(Shape):
    """What would come of a text."""

    outcome: ReloadDocument
    diff: str = Field(description="Unified; against what runs.")


class VersionDocument(Shape):
    """What a file held once."""

    id: int
    time: Time
    who: str = Field(description="Empty for what was found on disk.")
    why: str
    current: bool = Field(description="The file holds this now.")


class VersionTextDocument(VersionDocument):
    text: str | None = Field(description="Null for what is no YAML.")
    diff: str = Field(description="Unified; what going back would change.")


class ShapeDocument(Shape):
    """A zone or a mask; a mask has no objects, and its inertia and loitering time say nothing."""

    name: str
    kind: Kind
    corners: list[Corner]
    friendly_name: str | None
    enabled: bool
    objects: list[str]
    inertia: int
    loitering_time: int


class ShapesDocument(Shape):
    """What a camera's file says of its picture."""

    items: list[ShapeDocument]
    labels: list[str] = Field(description="What the camera tracks.")
