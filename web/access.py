"""How access is set up: plain values, made from the configuration."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from config.sections.access import rates
from config.sections.own import FrigateExt
from web.attempts import Rate
from web.proxy import ProxySettings
from web.tokens import PAGE_COOKIE

DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSettings:
    enabled: bool = True
    """False: everybody is an admin."""
    session_seconds: float = 7 * DAY
    """A session ends that long after it was last used."""
    cookie_name: str = PAGE_COOKIE
    """Of a browser's session; another instance on the same host needs another one."""
    rates: tuple[Rate, ...] = (Rate(10, 60.0),)
    """How many wrong keys or passwords an address, or a user, may have."""
    proxy: ProxySettings = field(default_factory=ProxySettings)
    secure_cookies: bool = False
    """People reach us over TLS, so cookies travel over nothing else."""

    def reached_at(self, external_url: str) -> AccessSettings:
        """Return the same for people who reach us there."""
        return replace(self, secure_cookies=external_url.startswith("https:"))


def access_settings(own: FrigateExt) -> AccessSettings:
    """Read `frigate_ext.auth` and `.proxy`."""
    return AccessSettings(
        enabled=own.auth.enabled,
        session_seconds=own.auth.session_length,
        cookie_name=own.auth.cookie_name,
        rates=tuple(Rate(*rate) for rate in rates(own.auth.failed_login_rate_limit)),
        proxy=_proxy_settings(own),
    )


def _proxy_settings(own: FrigateExt) -> ProxySettings:
    headers, secret = own.proxy.header_map, own.proxy.auth_secret
    return ProxySettings(
        trusted=own.auth.trusted_proxies,
        user_header=headers.user,
        role_header=headers.role,
        role_map=headers.role_map,
        separator=own.proxy.separator,
        roles=own.auth.roles,
        default_role=own.proxy.default_role,
        secret=secret.get_secret_value() if secret else None,
    )
