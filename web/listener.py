"""The address that the web server has."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from frigate_ext.errors import ListenError
from web.certificate import Certificate

_UNSENT = 128 * 1024
"""Bytes that the system may hold back for a slow client, beyond what is on its way: pictures of the past."""


class Listener:
    """An address that is ours from now on, before anything else is started (port 0: any free one).

    Raises ListenError when it can't be had. One that comes `after` another may have its port while that one
    still listens; after one of the very same address, it shares its socket.
    """

    def __init__(
        self, host: str, port: int, tls: Certificate | None = None, *, after: Listener | None = None
    ) -> None:
        self.tls = tls
        self.asked = host, port
        """What `host` and `port` were found for."""
        self.socket: socket.socket
        if after is not None and after.asked == self.asked:
            self.socket = after.socket.dup()
        else:
            self.socket = _bind(host, port, after.socket if after and after.port == port else None)
        self.host: str
        """The bound address, in numbers."""
        self.port: int
        self.host, self.port = self.socket.getsockname()[:2]

    @property
    def url(self) -> str:
        """Where this machine reaches it; other machines only where it listens to them."""
        address = ip_address(self.host)
        host = "localhost" if address.is_unspecified else self.host
        scheme = "https" if self.tls else "http"
        return f"{scheme}://[{host}]:{self.port}" if ":" in host else f"{scheme}://{host}:{self.port}"

    def close(self) -> None:
        self.socket.close()


def _bind(host: str, port: int, beside: socket.socket | None) -> socket.socket:
    """Listen there, even where `beside` has the port at another of our addresses."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ListenError(f"can't listen on {host}:{port}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
        for one in (listener, beside) if beside else ():
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        # getaddrinfo takes a port beyond 65535 modulo 65536.
        listener.bind((address[0], port, *address[2:]))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        raise ListenError(f"can't listen on {host}:{port}: {error}") from error
    return listener
