"""A camera's pictures, made once however many watch, and not at all while nobody does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from frigate_ext.bus.latest import Latest
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.frame import FrameKey
from frigate_ext.errors import FrameUnavailableError
from web.overlay import Overlay

logger = logging.getLogger(__name__)

MAX_VIEWS = 8
"""Of one camera at once: each is encoded by itself."""
MAX_VIEWS_OF_ONE = MAX_VIEWS // 2
"""Of them, those that one person may watch."""
BOUNDARY = b"frame"
_GLANCE = 0.02
"""Seconds between two glances whether there is a new frame, once one is due."""
_RETRY = 0.5
"""Seconds after a frame that could not be had."""


@dataclass(frozen=True, slots=True)
class View:
    """How a camera is shown. Those who ask for the same share the work."""

    camera: str
    height: int
    quality: int
    overlay: Overlay


@dataclass(frozen=True, eq=False)
class Picture:
    jpeg: bytes
    frame_time: float

    @cached_property
    def part(self) -> bytes:
        """Of `multipart/x-mixed-replace`, with the boundary that ends it: browsers show it at once."""
        head = (
            "Content-Type: image/jpeg\r\n"
            f"Content-Length: {len(self.jpeg)}\r\n"
            f"X-Frame-Time: {self.frame_time:.3f}\r\n\r\n"
        )
        return b"%b%b\r\n--%b\r\n" % (head.encode(), self.jpeg, BOUNDARY)


Shoot = Callable[[View, CameraUpdate], Awaitable[Picture]]
"""Makes the picture of an update's frame; raises FrameUnavailableError."""


class Seat:
    """One who watches; what is not looked at in time is replaced by something newer."""

    def __init__(self, fps: float, person: str) -> None:
        self.person = person
        self.interval = 1 / fps
        self._picture = asyncio.Queue[Picture | None](1)
        self._due = 0.0

    def show(self, picture: Picture | None) -> None:
        """Never blocks; None says that there will be no more."""
        if self._picture.full():
            self._picture.get_nowait()
        self._picture.put_nowait(picture)

    async def next(self) -> Picture | None:
        """Wait for a picture that was not seen yet, at the pace asked for; None when there will be none."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._due - loop.time())
        picture = await self._picture.get()
        self._due = loop.time() + self.interval
        return picture


class Reel:
    """The pictures of one view, for all who watch it."""

    def __init__(self, view: View, shoot: Shoot, latest: Callable[[str], Latest | None]) -> None:
        self._view = view
        self._shoot = shoot
        self._latest = latest
        self._newest: Picture | None = None
        self._shot: FrameKey | None = None
        self.seats: set[Seat] = set()

    def sit_down(self, seat: Seat) -> None:
        """Show what there is, then whatever comes."""
        self.seats.add(seat)
        if self._newest:
            seat.show(self._newest)

    async def run(self) -> None:
        """Until cancelled; where it fails, everybody is sent home, and may come again."""
        try:
            while True:
                update = self._new_frame()
                pause = _GLANCE if update is None else await self._film(update)
                await asyncio.sleep(pause)
        except Exception:
            logger.exception("%s is not shown any more to those who watch", self._view.camera)
            for seat in self.seats:
                seat.show(None)

    def _new_frame(self) -> CameraUpdate | None:
        heard = self._latest(self._view.camera)
        if heard is None or heard.update.frame_time is None or heard.update.key == self._shot:
            return None
        return heard.update

    async def _film(self, update: CameraUpdate) -> float:
        """Return the seconds until the next frame is due."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            self._newest = await self._shoot(self._view, update)
        except FrameUnavailableError as error:
            logger.debug("%s: no picture this time: %s", self._view.camera, error)
            return _RETRY
        self._shot = update.key
        for seat in self.seats:
            seat.show(self._newest)
        return begun + min(seat.interval for seat in self.seats) - loop.time()


class Reels:
    """All views that are watched now."""

    def __init__(self, shoot: Shoot, latest: Callable[[str], Latest | None]) -> None:
        self._shoot = shoot
        self._latest = latest
        self._reels: dict[View, tuple[Reel, asyncio.Task[None]]] = {}

    def has_room(self, view: View, person: str) -> bool:
        """Whether it is shown already, or few enough others of its camera are; from any thread."""
        others = {view: list(reel.seats) for view, (reel, _) in list(self._reels.items())}
        of_camera = [seats for other, seats in others.items() if other.camera == view.camera]
        own = sum(any(seat.person == person for seat in seats) for seats in of_camera)
        return view in others or (len(of_camera) < MAX_VIEWS and own < MAX_VIEWS_OF_ONE)

    @contextmanager
    def watching(self, view: View, fps: float, person: str) -> Iterator[Seat]:
        """Have a seat. The first to come has the reel run, the last to leave has it stop."""
        if view not in self._reels:
            reel = Reel(view, self._shoot, self._latest)
            self._reels[view] = reel, asyncio.create_task(reel.run())
        reel, running = self._reels[view]
        seat = Seat(fps, person)
        reel.sit_down(seat)
        if running.done():
            seat.show(None)
        try:
            yield seat
        finally:
            reel.seats.discard(seat)
            if not reel.seats:
                running.cancel()
                del self._reels[view]
