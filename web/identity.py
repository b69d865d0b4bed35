"""Who sends a request and which cameras they may see: one answer for Flask, sockets and streams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from frigate_ext.domain.account import Role
from web.access import Gate


@dataclass(frozen=True, slots=True)
class Identity:
    """Whoever sent a request; `name` is for people and logs."""

    name: str
    role: Role
    cameras: frozenset[str] | None = None
    """None: all cameras, also those that are added later."""
    read_only: bool = False
    """Changes nothing, whatever the role."""

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    def may_see(self, camera: str) -> bool:
        """Whether pictures, facts, jobs and alerts of this camera are for them; else it does not exist."""
        return self.cameras is None or camera in self.cameras


ANYBODY = Identity("anonymous", Role.ADMIN)
"""Everybody, where authentication is off."""
LOCAL = Identity("local", Role.ADMIN)
"""Who can read the key in the data folder."""


class Authenticator:
    """Tells who sends a request; safe to call from several threads.

    Rights may be taken away while a stream is open: ask again every few seconds, and end it at None.
    """

    def __init__(self, gate: Gate | None) -> None:
        """`gate` is None when authentication is off."""
        self.gate = gate

    @property
    def enabled(self) -> bool:
        return self.gate is not None

    def identify(self, headers: Mapping[str, str], address: str) -> Identity | None:
        """Return who a request's headers speak for; None for a stranger.

        Header names are in lower case; `address` is the peer's own, not one that a header names. Reads the
        database: call it in a thread, not on an event loop. Raises TooManyAttemptsError, with the seconds to
        wait, for an address that guesses.
        """
        if self.gate is None:
            return ANYBODY
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return None
        return LOCAL if self.gate.admits(token.strip(), address) else None
