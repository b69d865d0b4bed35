"""Accounts: who may do what, on which cameras."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    """Sees and changes everything."""
    VIEWER = "viewer"
    """Sees what their cameras see, and says what they think of the alerts."""


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    """No other user has it in any spelling of upper and lower case."""
    role: Role
    cameras: tuple[str, ...] | None
    """What a viewer may see; None: every camera, as for each admin."""
    created_at: float


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a program signs in with. It never opens more than its user may open at that time."""

    id: int
    user: str
    """The name of whom it belongs to."""
    name: str
    prefix: str
    """Its first characters, for recognition."""
    role: Role
    cameras: tuple[str, ...] | None
    read_only: bool
    created_at: float
    used_at: float | None = None
    """To the minute."""
