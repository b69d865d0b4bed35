"""Who may do what, and the devices that are told."""

from __future__ import annotations

from pydantic import Field, RootModel

from frigate_ext.domain.account import Role
from web.documents.base import Shape, Time


class ProfileDocument(Shape):
    username: str
    role: Role
    read_only: bool
    allowed_cameras: list[str]


class UserDocument(Shape):
    username: str
    role: Role
    cameras: list[str] | None = Field(description="All that a viewer sees; null: every camera.")
    created_at: Time


class KeyDocument(Shape):
    id: int
    username: str = Field(description="Whose it is.")
    name: str
    prefix: str = Field(description="Its first characters.")
    role: Role
    cameras: list[str] | None = Field(description="All that it sees; null: every camera of its user.")
    read_only: bool
    created_at: Time
    used_at: Time | None = Field(description="To the minute.")


class NewKeyDocument(KeyDocument):
    key: str = Field(description="Shown this once.")


class KeyTextDocument(RootModel[str]):
    """A public key, base64url."""


class RegisteredDocument(Shape):
    success: bool
    message: str
