"""Whether a provider is in the house. Pure: no name is looked up."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from frigate_ext.errors import JudgeMisconfiguredError
from genai.settings import ProviderSettings, address

LOCAL_TIMEOUTS, REMOTE_TIMEOUTS = (60.0, 90.0), (30.0, 40.0)
"""Seconds, read and total: a model on a computer of one's own may be slow and still well."""

_PRIVATE_SUFFIXES = (".localhost", ".local", ".home.arpa", ".internal")
"""Never public: RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of 2024."""


def is_local(settings: ProviderSettings) -> bool:
    """Whether it answers at a loopback, private or link-local address or at a name that can't be public.

    A name without a dot counts (a container's, a machine's on the local network; a bare number is an
    address); every other name is remote, whatever it resolves to today. Raises JudgeMisconfiguredError for an
    address that is none.
    """
    host = (urlsplit(address(settings).base_url).hostname or "").rstrip(".")
    try:
        ip = ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return host.endswith(_PRIVATE_SUFFIXES) or ("." not in host and host[0].isalpha())
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_private


def usual_timeouts(settings: ProviderSettings) -> tuple[float, float]:
    """For reading and in total, in seconds; where there is no address, nobody is asked anyway."""
    try:
        return LOCAL_TIMEOUTS if is_local(settings) else REMOTE_TIMEOUTS
    except JudgeMisconfiguredError:
        return REMOTE_TIMEOUTS
