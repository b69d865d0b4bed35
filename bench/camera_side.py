"""A detection process whose cameras see what a benchmark wants: real rings, real frame server, real bus."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event

import cv2

from bench import scenes
from bench.children import parent_is_gone
from frigate_ext.bus.frames import FrameServer
from frigate_ext.bus.publisher import Publisher, new_epoch
from frigate_ext.bus.ring import FrameRing
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.frame import Frame, FrameKey
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import TrackedObject

_SIZE = Size(1280, 720)
_RING_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Each camera sees `standing` people all the time, and a visitor for the share `stay` of each `cycle`.

    `cycle` is seconds.
    The cameras' visitors come one after the other, spread evenly over the cycle.
    """

    cameras: tuple[str, ...]
    fps: float
    standing: int = 0
    cycle: float
    stay: float = 0.5


class CameraSide:
    """The parent's end of it."""

    def __init__(self, begin: Event, stop: Event, published: Connection) -> None:
        self._begin = begin
        self._stop = stop
        self._published = published

    def let_visitors_in(self) -> None:
        self._begin.set()

    def end(self) -> dict[str, int]:
        """Stop publishing; how many messages each camera has sent, from seq 0."""
        self._stop.set()
        counts: dict[str, int] = self._published.recv()
        return counts


@contextmanager
def filming(endpoint: str, script: Script) -> Iterator[CameraSide]:
    """A child process that plays `script`."""
    context = multiprocessing.get_context("spawn")
    begin, stop = context.Event(), context.Event()
    published, counts = context.Pipe(duplex=False)
    child = context.Process(target=_play, args=(endpoint, script, begin, stop, counts), daemon=True)
    child.start()
    counts.close()
    try:
        yield CameraSide(begin, stop, published)
    finally:
        stop.set()
        child.join()


def _play(endpoint: str, script: Script, begin: Event, stop: Event, counts: Connection) -> None:
    cv2.setNumThreads(1)  # as in a real one
    picture = scenes.tiled(scenes.street(1)[0], _SIZE)
    rings = {camera: FrameRing(10.0, _RING_BYTES) for camera in script.cameras}
    epoch = new_epoch()
    server = FrameServer(endpoint, epoch, rings)
    server.start()
    with closing(Publisher(endpoint)) as publisher:
        cameras = [
            _Camera(name, epoch, script, ring=ring, phase=number / len(rings), picture=picture)
            for number, (name, ring) in enumerate(rings.items())
        ]
        _film(cameras, script.fps, publisher, begin, stop)
        counts.send({camera.name: camera.seq for camera in cameras})
        time.sleep(0.5)  # what is in the queues reaches the broker before the socket closes
    server.stop()
    server.join()


def _film(cameras: list[_Camera], fps: float, publisher: Publisher, begin: Event, stop: Event) -> None:
    """Every camera at its own phase of the frame's interval, as unsynchronised cameras are."""
    turn, start = 0, time.monotonic()
    opened: float | None = None
    while not stop.wait(max(0.0, start + turn / fps / len(cameras) - time.monotonic())):
        if parent_is_gone():
            return
        if opened is None and begin.is_set():
            opened = time.monotonic()
        publisher.publish(cameras[turn % len(cameras)].shoot(opened))
        turn += 1


class _Camera:
    def __init__(
        self, name: str, epoch: int, script: Script, *, ring: FrameRing, phase: float, picture: Frame
    ) -> None:
        """`phase` is how much of a cycle this camera's visitors come later."""
        self.name = name
        self.seq = 0
        self._epoch = epoch
        self._script = script
        self._ring = ring
        self._phase = phase
        self._picture = picture

    def shoot(self, opened: float | None) -> CameraUpdate:
        """The message of a frame taken now; visitors come from `opened` (monotonic) on."""
        objects = self._objects(opened)
        now = time.time()
        key = FrameKey(self.name, self._epoch, self.seq)
        self.seq += 1
        picture = self._picture
        self._ring.put(key, Frame(self.name, now, picture.y, picture.u, picture.v, picture.full_range))
        return CameraUpdate(
            camera=self.name,
            epoch=key.epoch,
            seq=key.seq,
            time=now,
            state=CameraState.ONLINE,
            size=_SIZE,
            frame_time=now,
            objects=objects,
        )

    def _objects(self, opened: float | None) -> tuple[TrackedObject, ...]:
        now = time.time()
        parked = [
            scenes.somebody(
                self.name, f"parked-{n}", now, Box(n * 60, 400, n * 60 + 50, 520), stationary=True
            )
            for n in range(self._script.standing)
        ]
        visit = None if opened is None else self._visit(time.monotonic() - opened)
        if visit is not None:
            parked.append(scenes.somebody(self.name, f"visitor-{visit}", now, Box(600, 300, 680, 500)))
        return tuple(parked)

    def _visit(self, elapsed: float) -> int | None:
        """Number of the visit under way."""
        visits = elapsed / self._script.cycle - self._phase
        return int(visits) if visits >= 0 and visits % 1 < self._script.stay else None
