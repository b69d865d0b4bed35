"""Works on cameras for a main process on another host: reports, takes orders, supervises processes."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import zmq

from frigate_ext import __version__
from frigate_ext.bus.endpoints import orders_endpoint
from frigate_ext.bus.keys import NodeKeys, connect_with
from frigate_ext.bus.sockets import bounded_socket
from frigate_ext.detection_process.fleet import DetectionFleet
from frigate_ext.detection_process.main import run
from frigate_ext.detection_process.service import Target
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.detection_process.sharding import Sharing, processes_for
from frigate_ext.detection_process.wire import ORDER, REFUSED, Order, Refusal, Report
from frigate_ext.errors import NodeRefusedError
from frigate_ext.runtime.health import PartHealth, PartState, worst
from frigate_ext.runtime.processes import Processes, altogether
from frigate_ext.runtime.wakeup import Wakeup
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)

_ORDERS = msgspec.msgpack.Decoder(Order)
_REFUSALS = msgspec.msgpack.Decoder(Refusal)
_REPORT_EVERY = 1.0
_WONDER_AFTER = 5.0
_LET_GO_AFTER = 10.0
"""Seconds without an answer after which others may have the cameras."""
_MAX_ORDER_BYTES = 16 << 20
_STOP_WITHIN = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """How a node finds its main process, which tells it all the rest."""

    endpoint: str
    """`frigate_ext.bus.remote` as seen from here."""
    keys: NodeKeys
    cache: Path
    log_level: str = "info"
    target: Target = field(default=run, repr=False)
    """As for `DetectionService`."""

    def detection(self, order: Order, clock_ahead: int) -> DetectionSettings:
        """What this node's processes are to do by an order."""
        return DetectionSettings(
            cameras=order.cameras,
            detector=order.detector,
            endpoint=self.endpoint,
            keys=self.keys,
            clock_ahead=clock_ahead,
            cache=self.cache,
            log_level=self.log_level,
            ring_seconds=order.ring_seconds,
            ring_bytes=order.ring_bytes,
        )


class Node(Worker):
    def __init__(self, settings: NodeSettings, ended: Callable[[], None]) -> None:
        """`ended` is called when there is nothing left to do here: see `refused`."""
        super().__init__("fx-node")
        self._settings = settings
        self._ended = ended
        self._fleet: DetectionFleet | None = None
        self._processes = Processes()
        self._revision = 0
        self._detection: DetectionSettings | None = None
        self._sharing = Sharing()
        self._clock_ahead = 0
        self._heard_at = time.monotonic()
        self._wondered = False
        self._wakeup = Wakeup()
        self.refused: NodeRefusedError | None = None
        """Why the main process has no use for this node."""

    def wake(self) -> None:
        self._wakeup.set()

    def died(self, error: Exception) -> None:
        self.refused = NodeRefusedError(f"the node failed: {error}")
        self._ended()

    def run(self) -> None:
        with (
            self._wakeup as wakeup,
            bounded_socket(zmq.DEALER, queue=2, max_bytes=_MAX_ORDER_BYTES) as socket,
        ):
            socket.setsockopt(zmq.IMMEDIATE, 1)
            connect_with(socket, self._settings.keys)
            socket.connect(orders_endpoint(self._settings.endpoint))
            poller = zmq.Poller()
            poller.register(socket, zmq.POLLIN)
            poller.register(wakeup, zmq.POLLIN)
            try:
                self._talk(socket, poller)
            finally:
                self._stop_fleet()

    def _talk(self, socket: zmq.Socket[bytes], poller: zmq.Poller) -> None:
        report_at = 0.0
        while not self.stopping.is_set() and self.refused is None:
            if (now := time.monotonic()) >= report_at:
                report_at = now + _REPORT_EVERY
                self._report(socket)
                self._mind_silence(now - self._heard_at)
            if socket in dict(poller.poll(round(max(0.0, report_at - now) * 1000))):
                self._heed(socket.recv_multipart())

    def _report(self, socket: zmq.Socket[bytes]) -> None:
        health, stats = self._health(), self._fleet.stats().values() if self._fleet else ()
        used = self._processes.usage([os.getpid(), *(one.pid for one in stats if one.pid)])
        report = Report(
            release=__version__,
            revision=self._revision,
            time=time.time(),
            state=health.state,
            detail=health.detail,
            restarts=sum(one.restarts for one in stats),
            errors=sum(one.errors for one in stats),
            overload=max((one.overload for one in stats), default=0),
            used=altogether(used.values()) if used else None,
        )
        try:
            socket.send(msgspec.msgpack.encode(report), zmq.DONTWAIT)
        except zmq.Again:
            logger.debug("not connected to %s", self._settings.endpoint)

    def _health(self) -> PartHealth:
        if self._fleet is None:
            return PartHealth(PartState.OK, "no camera yet")
        parts = self._fleet.health().items()
        return worst(replace(one, detail=f"{name}: {one.detail or one.state.value}") for name, one in parts)

    def _mind_silence(self, seconds: float) -> None:
        if seconds > _WONDER_AFTER and not self._wondered:
            self._wondered = True
            text = "no answer from %s: is it reachable, and does it know the key %s? Trying again"
            logger.warning(text, self._settings.endpoint, self._settings.keys.public)
        if seconds > _LET_GO_AFTER and self._revision:
            logger.warning("letting go of all cameras: the main process may have given them to others")
            self._let_go()

    def _heed(self, reply: list[bytes]) -> None:
        if self._wondered:
            logger.info("%s answers", self._settings.endpoint)
        self._heard_at, self._wondered = time.monotonic(), False
        try:
            match reply:
                case [kind, payload] if kind == ORDER:
                    self._obey(_ORDERS.decode(payload))
                case [kind, payload] if kind == REFUSED:
                    why = _REFUSALS.decode(payload).why
                    self.refused = NodeRefusedError(f"the main process has no use for this node: {why}")
                    self._ended()
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            logger.warning("an order can't be read, going on as before: %s", error)

    def _obey(self, order: Order) -> None:
        logger.info("working on: %s", ", ".join(camera.name for camera in order.cameras) or "no camera")
        self._revision = order.revision
        if self._detection is None:
            self._clock_ahead = round((order.time - time.time()) * 1000)
        self._detection = self._settings.detection(order, self._clock_ahead)
        auto = processes_for(len(os.sched_getaffinity(0)), len(order.cameras))
        self._sharing = Sharing(order.processes or auto)
        self._work()

    def _work(self) -> None:
        """By the settings of now; a process without cameras has its detector ready for when they come."""
        if self._detection is None:
            return
        if self._fleet:
            self._fleet.reconfigure(self._detection, self._sharing)
        else:
            self._fleet = DetectionFleet(self._detection, self._sharing, target=self._settings.target)
            self._fleet.start()

    def _let_go(self) -> None:
        self._revision = 0
        if self._detection:
            self._detection = replace(self._detection, cameras=())
            self._work()

    def _stop_fleet(self) -> None:
        if self._fleet:
            self._fleet.stop()
            self._fleet.join(_STOP_WITHIN)
