"""Lets in whose key is known, and tells sockets whose it is (ZAP, https://rfc.zeromq.org/spec/27)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import Future

import zmq
from zmq.utils import z85

from frigate_ext.bus.keys import DOMAIN
from frigate_ext.bus.sockets import bounded_socket
from frigate_ext.errors import FrigateExtError
from frigate_ext.runtime.wakeup import Wakeup
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

_ADDRESS = "inproc://zeromq.zap.01"
_VERSION, _CURVE = b"1.0", b"CURVE"
_START_WITHIN = 5.0
_REMEMBERED = 1000
"""Refused keys that have been told of."""


class Authenticator(Worker):
    """Answers for every socket of this process that `listen_with` was called on; there is one at most."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """`known` as for `know`."""
        super().__init__("fx-bus-keys")
        self.know(known)
        self._told: set[str] = set()
        self._bound: Future[None] = Future()
        self._wakeup = Wakeup()

    def know(self, known: Mapping[str, str]) -> None:
        """Names by public key: who may connect from now on; who is connected stays so. For any thread."""
        self._known = dict(known)

    def start(self) -> None:
        """Returns when it answers."""
        super().start()
        self._bound.result(_START_WITHIN)

    def wake(self) -> None:
        self._wakeup.set()

    def run(self) -> None:
        with self._wakeup as wakeup, bounded_socket(zmq.REP, queue=1000, max_bytes=1 << 16) as socket:
            try:
                socket.bind(_ADDRESS)
            except zmq.ZMQError as error:
                self._bound.set_exception(FrigateExtError(f"keys can't be checked: {error.strerror}"))
                return
            self._bound.set_result(None)
            poller = zmq.Poller()
            poller.register(socket, zmq.POLLIN)
            poller.register(wakeup, zmq.POLLIN)
            while not self.stopping.is_set():
                if socket in dict(poller.poll()):
                    socket.send_multipart(self._answer(socket.recv_multipart()))
            socket.unbind(_ADDRESS)  # a close gives it back some time later, when another may have begun

    def _answer(self, request: list[bytes]) -> list[bytes]:
        """A reply to [version, id, domain, address, identity, mechanism, credentials ...]."""
        name = self._name_of(request)
        status = [b"200", b"OK", name.encode()] if name else [b"400", b"this key is not known", b""]
        return [_VERSION, request[1], *status, b""]

    def _name_of(self, request: list[bytes]) -> str | None:
        match request:
            case [_, _, domain, address, _, mechanism, key] if (domain, mechanism) == (DOMAIN, _CURVE):
                public = z85.encode(key).decode()
                if public not in self._known:
                    self._tell(public, address)
                return self._known.get(public)
        return None

    def _tell(self, public: str, address: bytes) -> None:
        if public not in self._told and len(self._told) < _REMEMBERED:
            self._told.add(public)
            logger.warning("refused a node at %r: its key %s is not known", address.decode("latin-1"), public)
