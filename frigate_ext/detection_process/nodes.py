"""The main process's side of nodes on other hosts: hears their reports, gives orders, says who is silent."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from typing import NamedTuple

import msgspec
import zmq

from frigate_ext import __version__
from frigate_ext.bus.broker import Remote
from frigate_ext.bus.endpoints import orders_endpoint
from frigate_ext.bus.keys import listen_with
from frigate_ext.bus.publisher import Publisher, new_epoch
from frigate_ext.bus.schema import SCHEMA_VERSION, CameraUpdate
from frigate_ext.bus.sockets import bounded_socket
from frigate_ext.detection_process.roster import Patience, Roster
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.detection_process.sharding import Place
from frigate_ext.detection_process.wire import ORDER, REFUSED, STAY, Greeting, Order, Refusal, Report
from frigate_ext.domain.camera import CameraState
from frigate_ext.errors import ConfigError, Problem
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.wakeup import Wakeup
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

_GREETINGS = msgspec.msgpack.Decoder(Greeting)
_REPORTS = msgspec.msgpack.Decoder(Report)
_TURN = 500
"""Milliseconds."""
_QUEUE = 100
_CLOCKS_DIFFER = 2.0
"""Seconds that a node's clock may be off before somebody should care: its frames carry its time."""


class _Heard(NamedTuple):
    report: Report
    clock_off: float
    """Seconds."""


class Nodes(Worker):
    """Start, stop and join; the other methods are for any thread and don't block."""

    def __init__(
        self, remote: Remote, endpoint: str, changed: Callable[[], None], patience: Patience
    ) -> None:
        """`endpoint` is the bus's own; `changed` is called in this thread when other nodes are alive."""
        super().__init__("fx-nodes")
        self._remote = remote
        self._endpoint = endpoint
        self._changed = changed
        self._lock = threading.Lock()
        self._roster = Roster(patience)
        self._orders: dict[str, Order] = {}
        self._reports: dict[str, _Heard] = {}
        self._silent: dict[str, int] = {}
        """An epoch for the cameras of each."""
        self._said = Counter[str]()
        self._refused: set[str] = set()
        self._failure = ""
        self._wakeup = Wakeup()

    def expect(self, names: Collection[str]) -> None:
        with self._lock:
            self._roster.expect(names, time.monotonic())

    def alive(self) -> tuple[str, ...]:
        with self._lock:
            return self._roster.alive(time.monotonic())

    def order(self, wanted: Mapping[Place, DetectionSettings]) -> None:
        """What each node is to do from now on; told with the answer to its next report."""
        with self._lock:
            for node, settings in wanted.items():
                order, known = _order(settings, node.processes), self._orders.get(node.name)
                if known is None or _substance(order) != _substance(known):
                    self._orders[node.name] = order
        given = {node.name: [camera.name for camera in settings.cameras] for node, settings in wanted.items()}
        self._remote.grants.give(given, time.monotonic())

    def reports(self) -> dict[str, Report]:
        """The last of each node."""
        with self._lock:
            return {name: heard.report for name, heard in self._reports.items()}

    def health(self, names: Collection[str]) -> dict[str, PartHealth]:
        """By node."""
        if self._failure:
            return dict.fromkeys(names, PartHealth(PartState.FAILED, self._failure))
        now = time.monotonic()
        with self._lock:
            silent, reports = self._roster.silent(now), dict(self._reports)
        return {
            name: _health(
                None if name in silent else reports.get(name), self._remote.grants.trespasses(name, now)
            )
            for name in names
        }

    def died(self, error: Exception) -> None:
        self._failure = f"nodes are not heard any more: {error}"

    def wake(self) -> None:
        self._wakeup.set()

    def run(self) -> None:
        with (
            self._wakeup as wakeup,
            bounded_socket(zmq.ROUTER, queue=_QUEUE, max_bytes=1 << 16) as socket,
            closing(Publisher(self._endpoint)) as publisher,
        ):
            self._bind(socket)
            poller = zmq.Poller()
            poller.register(socket, zmq.POLLIN)
            poller.register(wakeup, zmq.POLLIN)
            before, speak_at = self.alive(), 0.0
            while not self.stopping.is_set():
                if socket in dict(poller.poll(_TURN)):
                    self._answer(socket)
                if (alive := self.alive()) != before:
                    before = alive
                    self._changed()
                if (now := time.monotonic()) >= speak_at:
                    speak_at = now + 1.0
                    self._speak_for_the_silent(publisher)

    def _bind(self, socket: zmq.Socket[bytes]) -> None:
        listen_with(socket, self._remote.keys)
        address = orders_endpoint(self._remote.endpoint)
        try:
            socket.bind(address)
        except zmq.ZMQError as error:
            problem = Problem("frigate_ext.bus.remote", f"can't listen at {address}: {error.strerror}")
            raise ConfigError([problem]) from error

    def _answer(self, socket: zmq.Socket[bytes]) -> None:
        peer, *_, payload = socket.recv_multipart(copy=False)
        reply = self._reply(str(payload.get("User-Id")), payload.bytes)
        try:
            socket.send_multipart([peer.bytes, *reply], zmq.DONTWAIT)
        except zmq.ZMQError:
            logger.debug("a node does not take its answer")

    def _reply(self, name: str, payload: bytes) -> list[bytes]:
        try:
            if problem := _mismatch(_GREETINGS.decode(payload)):
                return self._refuse(name, problem)
            report = _REPORTS.decode(payload)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            return self._refuse(name, f"its report can't be read: {error}")
        with self._lock:
            if not self._roster.heard(name, time.monotonic()):
                return self._refuse(name, "it is not in frigate_ext.detection.nodes any more")
            order = self._orders.get(name)
            self._reports[name] = _Heard(report, report.time - time.time())
        if order is None or order.revision == report.revision:
            return [STAY]
        logger.info("node %s is to work on %d cameras", name, len(order.cameras))
        return [ORDER, msgspec.msgpack.encode(order)]

    def _refuse(self, name: str, why: str) -> list[bytes]:
        if why not in self._refused:
            self._refused = {why} if len(self._refused) >= _QUEUE else {*self._refused, why}
            logger.warning("node %s is of no use: %s", name, why)
        return [REFUSED, msgspec.msgpack.encode(Refusal(why=why))]

    def _speak_for_the_silent(self, publisher: Publisher) -> None:
        with self._lock:
            silent = self._roster.silent(time.monotonic())
            cameras = {name: self._orders[name].cameras for name in silent if name in self._orders}
        for name in set(silent) - self._silent.keys():
            logger.warning("node %s is silent", name)
        for name in self._silent.keys() - set(silent):
            logger.info("node %s is heard again", name)
        self._silent = {name: self._silent.get(name) or new_epoch() for name in silent}
        for name, all_of_it in cameras.items():
            for camera in all_of_it:
                publisher.publish(_silence(camera.name, name, self._silent[name], self._said[camera.name]))
                self._said[camera.name] += 1


def _order(settings: DetectionSettings, processes: int | None) -> Order:
    return Order(
        revision=new_epoch(),
        time=time.time(),
        cameras=settings.cameras,
        detector=settings.detector,
        ring_seconds=settings.ring_seconds,
        ring_bytes=settings.ring_bytes,
        processes=processes,
    )


def _substance(order: Order) -> Order:
    return msgspec.structs.replace(order, revision=0, time=0.0)


def _mismatch(node: Greeting) -> str:
    if (node.v, node.release) == (SCHEMA_VERSION, __version__):
        return ""
    return f"it runs frigate_ext {node.release}, and the main process {__version__}: run the same everywhere"


def _health(heard: _Heard | None, trespasses: tuple[str, ...]) -> PartHealth:
    if trespasses:
        detail = f"ignored where it speaks for cameras that it was not given: {', '.join(trespasses)[:200]}"
        return PartHealth(PartState.DEGRADED, detail)
    if heard is None:
        return PartHealth(PartState.DEGRADED, "silent")
    if abs(heard.clock_off) > _CLOCKS_DIFFER:
        detail = f"its clock is {heard.clock_off:+.0f} s off: its frames have wrong times"
        return PartHealth(PartState.DEGRADED, detail)
    return PartHealth(heard.report.state, heard.report.detail)


def _silence(camera: str, node: str, epoch: int, seq: int) -> CameraUpdate:
    return CameraUpdate(
        camera=camera,
        epoch=epoch,
        seq=seq,
        time=time.time(),
        state=CameraState.OFFLINE,
        detail=f"its node {node} is silent",
    )
