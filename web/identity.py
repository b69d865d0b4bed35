"""Who somebody is, and which cameras they may see."""

from __future__ import annotations

from dataclasses import dataclass

from frigate_ext.domain.account import ApiKey, Role, User


@dataclass(frozen=True, slots=True)
class Identity:
    """Whoever sent a request; `name` is for people and logs."""

    name: str
    role: Role
    cameras: frozenset[str] | None = None
    """None: all cameras, also those that are added later."""
    read_only: bool = False
    """Changes nothing, whatever the role."""
    account: str | None = None
    """The user who has signed in with their password; None for keys, proxies, and where nobody signs in."""
    owner: str | None = None
    """Whose key it is; None where it is none."""

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def rules_everything(self) -> bool:
        """Not so an admin's key that is limited to cameras: accounts and settings are of all of them."""
        return self.is_admin and self.cameras is None

    @property
    def person(self) -> str:
        """Who is behind it: what one has at most, one has with all keys together."""
        return self.owner or self.name

    def may_see(self, camera: str) -> bool:
        """Whether pictures, facts, jobs and alerts of this camera are for them; else it does not exist."""
        return self.cameras is None or camera in self.cameras


ANYBODY = Identity("anonymous", Role.ADMIN)
"""Everybody, where authentication is off."""
LOCAL = Identity("local", Role.ADMIN)
"""Who can read the key in the data folder."""


def identity_of(user: User) -> Identity:
    """An admin sees every camera, whatever else was noted."""
    limited = user.role is Role.VIEWER and user.cameras is not None
    cameras = frozenset(user.cameras or ()) if limited else None
    return Identity(user.name, user.role, cameras, account=user.name)


def narrowed(owner: Identity, key: ApiKey) -> Identity:
    """What a key opens: what both it and its owner may open."""
    role = Role.ADMIN if owner.is_admin and key.role is Role.ADMIN else Role.VIEWER
    own = None if key.cameras is None else frozenset(key.cameras)
    both = own if owner.cameras is None else owner.cameras if own is None else own & owner.cameras
    return Identity(f"{owner.name} ({key.name})", role, both, read_only=key.read_only, owner=owner.person)
