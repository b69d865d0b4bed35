"""Which addresses may be posted to: a browser names one, so it must not lead into anybody's own network."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

KNOWN = (
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
"""Chrome and its kin, Firefox, Safari, Edge."""
MAX_ENDPOINT = 2048
"""Characters."""
_HTTPS = 443
_PRINTABLE = re.compile(r"[!-\[\]-~]+")
"""ASCII without spaces and backslashes, which are read in more than one way."""


@dataclass(frozen=True, slots=True)
class PushServices:
    """Hosts by name, `*.` for every name below one, with `:` and a port where it is not the usual one.

    What is named here may be anywhere, in one's own network too: whoever writes the configuration says so.
    """

    hosts: Collection[str] = KNOWN
    loopback: bool = False
    """For tests: plain HTTP to 127.0.0.1, too."""

    def serve(self, endpoint: str) -> bool:
        """Whether this is an address of one of them, over TLS."""
        if len(endpoint) > MAX_ENDPOINT or not _PRINTABLE.fullmatch(endpoint):
            return False
        try:
            parts = urlsplit(endpoint)
            host, port = parts.hostname or "", parts.port or _HTTPS
        except ValueError:
            return False
        if self.loopback and parts.scheme == "http" and host == "127.0.0.1":
            return True
        plain = "@" not in parts.netloc and not parts.fragment
        return parts.scheme == "https" and plain and self._know(host if port == _HTTPS else f"{host}:{port}")

    def _know(self, host: str) -> bool:
        return any(host == known or (known[:2] == "*." and host.endswith(known[1:])) for known in self.hosts)


def origin(endpoint: str) -> str:
    """The push service that an endpoint belongs to; also what may be logged of it."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"
