"""Sockets that a thread can wait on without being stuck: every wait has a deadline and an end on request."""

from __future__ import annotations

import errno
import os
import select
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from frigate_ext.errors import StreamError
from frigate_ext.runtime.clock import Deadline

T = TypeVar("T")
_SLICE: Final = 0.2
"""Seconds until a waiting thread looks whether it is still wanted."""


class Patience:
    """How long the waits of one connection may last, all together, until `allow` grants more."""

    def __init__(self, stopping: threading.Event, seconds: float) -> None:
        self._stopping = stopping
        self.allow(seconds)

    def allow(self, seconds: float) -> None:
        self._seconds = seconds
        self._deadline = Deadline(seconds)

    def until_done(self, attempt: Callable[[], T]) -> T:
        """Repeat `attempt`, which raises TimeoutError every slice, until it returns or patience ends."""
        while not self._stopping.is_set() and not self._deadline.passed:
            try:
                return attempt()
            except TimeoutError:
                continue
        raise TimeoutError("stopped" if self._stopping.is_set() else f"no answer within {self._seconds:g} s")


class PatientSocket(socket.socket):
    """A TCP socket that reads with `patience`."""

    patience: Patience

    def recv_into(self, *args: Any) -> int:
        return self.patience.until_done(lambda: super(PatientSocket, self).recv_into(*args))


class PatientTlsSocket(ssl.SSLSocket):
    """A TLS socket that reads with `patience`."""

    patience: Patience

    def recv_into(self, *args: Any) -> int:
        return self.patience.until_done(lambda: super(PatientTlsSocket, self).recv_into(*args))


def resolve(url: str) -> None:
    """Raise StreamError when the host has no address: FFmpeg would only say "Input/output error"."""
    parts = urlsplit(url)
    try:
        socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise StreamError(f"unknown host {parts.hostname}") from None


def dial(host: str, port: int, patience: Patience) -> PatientSocket:
    """Connect to the first of the host's addresses that answers. Raises OSError."""
    failure: OSError = OSError(f"unknown host {host}")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        wire = PatientSocket(family, kind, protocol)
        wire.patience = patience
        try:
            _connect(wire, address)
        except OSError as error:
            wire.close()
            failure = error
        else:
            return wire
    raise failure


def secure(wire: PatientSocket, host: str) -> PatientTlsSocket:
    """Speak TLS over `wire`. Raises OSError.

    The certificate is not verified, as FFmpeg does for rtsps: cameras sign their own.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.sslsocket_class = PatientTlsSocket
    patience = wire.patience
    tls = context.wrap_socket(wire, server_hostname=host, do_handshake_on_connect=False)
    assert isinstance(tls, PatientTlsSocket)  # noqa: S101 - what `sslsocket_class` promises
    tls.patience = patience
    try:
        patience.until_done(tls.do_handshake)
    except OSError:
        tls.close()
        raise
    return tls


def _connect(wire: PatientSocket, address: Any) -> None:
    wire.settimeout(0)
    code = wire.connect_ex(address)
    if code == errno.EINPROGRESS:
        wire.patience.until_done(lambda: _wait_writable(wire))
        code = wire.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))
    wire.settimeout(_SLICE)


def _wait_writable(wire: PatientSocket) -> None:
    if not select.select([], [wire], [], _SLICE)[1]:
        raise TimeoutError
