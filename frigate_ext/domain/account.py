"""Accounts: who may do what, on which cameras."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    """Sees and changes everything."""
    VIEWER = "viewer"
    """Sees what their cameras see, and says what they think of the alerts."""
