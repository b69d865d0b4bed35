"""Our own names and pages, told from those of other sites; for Flask and for sockets."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit


class Origins:
    """`loopback` says that we listen to this machine alone.

    There, only a page that rebinds its own name to our address would use another Host.
    """

    def __init__(self, *, external_url: str, loopback: bool) -> None:
        self._external = urlsplit(external_url)
        self._loopback = loopback

    def serves(self, host: str) -> bool:
        """Whether a request may name us so in its `Host`."""
        name = _hostname(host)
        return not self._loopback or (bool(name) and (name == self._external.hostname or is_loopback(name)))

    def is_foreign(self, headers: Mapping[str, str]) -> bool:
        """Whether another site's page made a browser send this (names of headers in lower case).

        Refuse changes and WebSockets then: both would carry our cookie.
        """
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site not in {"same-origin", "none"}
        return origin is not None and _netloc(origin) not in {headers.get("host"), self._external.netloc}


def is_loopback(host: str) -> bool:
    """Whether this is a name or address that never leaves the machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
