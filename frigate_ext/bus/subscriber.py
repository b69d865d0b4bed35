"""Takes facts off the bus: one decode per message, however many listen."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec
import zmq

from frigate_ext.bus.endpoints import connect_endpoints
from frigate_ext.bus.incumbents import Incumbents
from frigate_ext.bus.schema import SCHEMA_VERSION, CameraUpdate, topic
from frigate_ext.bus.sockets import MAX_FACTS_BYTES, bounded_socket
from frigate_ext.runtime.wakeup import Wakeup
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

Sink = Callable[[CameraUpdate], None]
"""Gets every update in the subscriber's thread: must be quick and not block."""

_QUEUE = 5000
_BATCH = 500
_MAX_SEQUENCES = 1024


@dataclass(slots=True)
class BusCounts:
    """Since the start. Every message is decoded once, or is malformed."""

    messages: int = 0
    decodes: int = 0
    lost: int = 0
    """Messages that never came, by the gaps between those that did."""
    malformed: int = 0
    wrong_version: int = 0
    outdated: int = 0
    """Of processes that spoke for a camera which a newer one has taken over."""
    sink_errors: int = 0


class LossCounter:
    """Counts gaps in the `seq` of each (camera, epoch); remembers the 1024 of them heard most recently."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, int], int] = OrderedDict()

    def missing_before(self, update: CameraUpdate) -> int:
        """Messages lost between the previous update of the same camera and epoch and this one."""
        which = (update.camera, update.epoch)
        last = self._last.pop(which, update.seq - 1)
        self._last[which] = max(last, update.seq)
        if len(self._last) > _MAX_SEQUENCES:
            self._last.popitem(last=False)
        return max(0, update.seq - last - 1)


class _Version(msgspec.Struct):
    v: int


_VERSIONS = msgspec.msgpack.Decoder(_Version)


class Subscriber(Worker):
    """Hands each update to all sinks in turn, in its own thread; a sink that raises does not stop the others.

    Nothing that arrives can stop it: what isn't an update of our schema is counted and dropped.
    """

    def __init__(self, endpoint: str, sinks: Sequence[Sink], *, name: str = "fx-bus-subscriber") -> None:
        super().__init__(name)
        self._address = connect_endpoints(endpoint).objects_out
        self._sinks = tuple(sinks)
        self._decoder = msgspec.msgpack.Decoder(CameraUpdate)
        self._losses = LossCounter()
        self._incumbents = Incumbents()
        self._counts = BusCounts()
        self._warned: set[object] = set()
        self._wakeup = Wakeup()

    @property
    def counts(self) -> BusCounts:
        """A copy, a message behind at most; callable from any thread."""
        return replace(self._counts)

    def wake(self) -> None:
        self._wakeup.set()

    def run(self) -> None:
        with (
            self._wakeup as wakeup,
            bounded_socket(zmq.SUB, queue=_QUEUE, max_bytes=MAX_FACTS_BYTES) as socket,
        ):
            socket.setsockopt(zmq.SUBSCRIBE, b"objects/")
            socket.connect(self._address)
            poller = zmq.Poller()
            poller.register(socket, zmq.POLLIN)
            poller.register(wakeup, zmq.POLLIN)
            while not self.stopping.is_set():
                poller.poll()
                self._drain(socket)

    def _drain(self, socket: zmq.Socket[bytes]) -> None:
        for _ in range(_BATCH):
            try:
                parts = socket.recv_multipart(zmq.DONTWAIT)
            except zmq.Again:
                return
            update = self._decode(parts)
            if update is not None:
                self._hand_over(update)

    def _decode(self, parts: list[bytes]) -> CameraUpdate | None:
        self._counts.messages += 1
        try:
            name, message = parts
            update = self._decoder.decode(message)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            self._refuse(parts[-1], error)
            return None
        self._counts.decodes += 1
        if update.v != SCHEMA_VERSION:
            self._refuse_version(update.v)
            return None
        if name != topic(update.camera):
            self._refuse(b"", ValueError("topic and camera differ"))
            return None
        return update

    def _hand_over(self, update: CameraUpdate) -> None:
        if not self._incumbents.admits(update.camera, update.epoch, time.monotonic()):
            self._counts.outdated += 1
            return
        self._counts.lost += self._losses.missing_before(update)
        for number, sink in enumerate(self._sinks):
            try:
                sink(update)
            except Exception:  # noqa: BLE001 - one listener's bug must not deafen the others
                self._counts.sink_errors += 1
                self._warn_once(number, "%r failed on a bus message, which it misses", sink, trace=True)

    def _refuse(self, message: bytes, error: Exception) -> None:
        version = _version_of(message)
        if version not in {None, SCHEMA_VERSION}:
            self._refuse_version(version)
            return
        self._counts.malformed += 1
        self._warn_once(
            "malformed", "dropping a malformed bus message (%s); further ones are only counted", error
        )

    def _refuse_version(self, version: object) -> None:
        self._counts.wrong_version += 1
        text = "dropping bus messages of schema %s (this is %d): run the same release everywhere"
        self._warn_once("version", text, version, SCHEMA_VERSION)

    def _warn_once(self, what: object, text: str, *values: object, trace: bool = False) -> None:
        level = logging.DEBUG if what in self._warned else logging.ERROR if trace else logging.WARNING
        self._warned.add(what)
        logger.log(level, text, *values, exc_info=trace)


def _version_of(message: bytes) -> int | None:
    try:
        return _VERSIONS.decode(message).v
    except (ValueError, RecursionError):
        return None
