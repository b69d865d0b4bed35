"""What a reverse proxy says of those behind it; believed from configured addresses only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from frigate_ext.domain.account import Role
from web.identity import Identity

SECRET_HEADER = "x-proxy-secret"  # noqa: S105 - the header's name
_MAX_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """Names of headers are in lower case."""

    trusted: tuple[IPv4Network | IPv6Network, ...] = ()
    user_header: str | None = None
    """None: proxies tell addresses, but sign nobody in."""
    role_header: str | None = None
    separator: str = ","
    """Between several roles or groups in one header."""
    role_map: Mapping[str, Collection[str]] = field(default_factory=dict)
    """From a role to the groups that have it; without it, the header names roles."""
    roles: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Roles beside ours: viewers of these cameras."""
    default_role: str = Role.VIEWER.value
    secret: str | None = None
    """What the proxy proves itself with in `x-proxy-secret`."""

    def trusts(self, address: str) -> bool:
        """Whether this peer is a proxy of ours."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        return any(parsed in network for network in self.trusted)


def client_address(settings: ProxySettings, headers: Mapping[str, str], peer: str) -> str:
    """Return the nearest address that no proxy of ours has: what is left of it, its sender made up."""
    hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    for hop in reversed(hops):
        if not settings.trusts(peer):
            break
        peer = hop
    return peer[:_MAX_NAME]


def proxied(settings: ProxySettings, headers: Mapping[str, str], peer: str) -> Identity | None:
    """Return whom a trusted proxy has signed in; None where it named nobody, or is none of ours."""
    if settings.user_header is None or not settings.trusts(peer) or not _proves_itself(settings, headers):
        return None
    name = headers.get(settings.user_header, "").strip()[:_MAX_NAME]
    if not name:
        return None
    role = _role(settings, headers.get(settings.role_header or "", ""))
    if role in list(Role):
        return Identity(name, Role(role))
    return Identity(name, Role.VIEWER, frozenset(settings.roles[role]) or None)


def _proves_itself(settings: ProxySettings, headers: Mapping[str, str]) -> bool:
    given = headers.get(SECRET_HEADER, "")
    return settings.secret is None or compare_digest(given.encode(), settings.secret.encode())


def _role(settings: ProxySettings, header: str) -> str:
    """Return the first known role of admin, the configured ones, viewer that the header grants."""
    said = {word.strip() for word in header.split(settings.separator)}
    known = (Role.ADMIN.value, *settings.roles, Role.VIEWER.value)
    if settings.role_map:
        granted = {role for role, groups in settings.role_map.items() if said & set(groups)}
    else:
        granted = said
    return next((role for role in known if role in granted), settings.default_role)
