"""Who may come in: `frigate_ext.auth`, `.proxy` and `.tls`, with Frigate's names for their keys.

Frigate's own sections of these names are not read: what it leaves to a proxy of its own must not open us.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from config.sections.base import Section

_PERIODS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0}
_RATE = re.compile(r"\s*([1-9]\d{0,5})\s*(?:/|\bper\b)\s*(second|minute|hour|day)s?\s*")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,100}")
OTHER_COOKIES = ("frigate_token", "frigate_ext_device")
OUR_ROLES = ("admin", "viewer")


def rates(text: str) -> tuple[tuple[int, float], ...]:
    """Counts and the seconds they are for, of `5/minute;20/hour`; raises ValueError."""
    found = [_RATE.fullmatch(part) for part in text.split(";")]
    if not all(found) or len(found) > 5:  # noqa: PLR2004 - nobody needs more
        raise ValueError("must be counts per second, minute, hour or day, like 5/minute;20/hour")
    return tuple((int(match[1]), _PERIODS[match[2]]) for match in found if match)


def _rate_limit(value: str) -> str:
    rates(value)
    return value


def _header(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise ValueError("must be the name of a header")
    return value.lower()


def _network(value: object) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(value), strict=False)
    except ValueError as error:
        raise ValueError("must be an address, or a network like 172.18.0.0/16") from error


Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
HeaderName = Annotated[str, AfterValidator(_header)]


class Auth(Section):
    enabled: bool = True
    session_length: int = Field(default=604800, ge=60, le=365 * 86400)
    """Seconds from the last use until one has to sign in again."""
    cookie_name: str = Field(default="frigate_ext_session", pattern="^[A-Za-z0-9_-]{1,64}$")
    """Of a browser's session: cookies know no ports, so each instance on one host needs its own."""
    failed_login_rate_limit: Annotated[str, AfterValidator(_rate_limit)] = "10/minute"
    """Wrong passwords or keys that an address, or a user, may have."""
    trusted_proxies: tuple[Network, ...] = Field(default=(), max_length=100)
    """Whose headers are believed: addresses, or networks like 172.18.0.0/16."""
    roles: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """For those whom a proxy signs in: roles beside admin and viewer, with the cameras they see."""

    @model_validator(mode="after")
    def _not_ours(self) -> Auth:
        if self.cookie_name in OTHER_COOKIES:
            raise ValueError(f"cookie_name: {self.cookie_name} has another meaning")
        if taken := self.roles.keys() & set(OUR_ROLES):
            raise ValueError(f"roles: {', '.join(sorted(taken))} can't be made anew")
        return self


class HeaderMap(Section):
    """Which headers of a trusted proxy name whom it has signed in."""

    user: HeaderName | None = None
    role: HeaderName | None = None
    role_map: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """From a role to the groups that have it."""


class Proxy(Section):
    header_map: HeaderMap = Field(default_factory=HeaderMap)
    auth_secret: SecretStr | None = None
    """What the proxy must send as X-Proxy-Secret."""
    default_role: str = "viewer"
    """Of whom no role is known."""
    separator: str = Field(default=",", min_length=1, max_length=1)


class Tls(Section):
    enabled: bool = False
    cert: Path | None = None
    """The certificate, with those between it and the root, as PEM."""
    key: Path | None = None
    """Its private key, as PEM, without a password."""

    @model_validator(mode="after")
    def _both(self) -> Tls:
        if self.enabled and (self.cert is None or self.key is None):
            raise ValueError("enabled: needs cert and key")
        return self
