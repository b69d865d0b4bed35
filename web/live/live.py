"""The parts of all that is pushed, put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from frigate_ext.bus.inflight import FrameFuture
from frigate_ext.bus.latest import Latest
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import Camera
from frigate_ext.domain.frame import FrameKey
from web.identity import Identity
from web.live.events import EventStream
from web.live.feed import Feed, NewestAlerts
from web.live.film import Film
from web.live.hub import Client, Hub
from web.live.journal import Journal, Lines
from web.live.news import News
from web.live.observer import Observer
from web.live.pictures import PictureSocket, PictureStream
from web.live.reel import Picture, Reels, View
from web.live.sockets import MessageSocket
from web.live.streams import Stream
from web.live.wishes import Wishes
from web.overlay import Encoding, Overlay, draw

logger = logging.getLogger(__name__)

_THREADS = 2


class RequestFrame(Protocol):
    """As FrameClient.request: never blocks; the future may raise FrameUnavailableError."""

    def __call__(self, camera: str, *, key: FrameKey, height: int, quality: int) -> FrameFuture: ...


class Live:
    """Made before the web server, run by it. What it has to do in threads, it does in two of its own."""

    def __init__(
        self,
        *,
        cameras: Mapping[str, Camera],
        latest: Callable[[str], Latest | None],
        request_frame: RequestFrame,
        stats: Callable[[], Mapping[str, Any]],
        newest_alerts: NewestAlerts,
        log: Lines,
        external_url: str,
    ) -> None:
        """`stats` and `newest_alerts` may block for a moment."""
        self._cameras = cameras
        self._request_frame = request_frame
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="fx-live")
        self._hub = Hub()
        self.news = News(self._hub, external_url)
        """Listens to the jobs."""
        self._observer = Observer(self._hub, cameras=cameras, latest=latest, stats=stats)
        self._journal = Journal(self._hub, log)
        self._feed = Feed(self._hub, self._observer, self.news, newest_alerts)
        self._reels = Reels(self._shoot, latest)

    @property
    def listeners(self) -> int:
        """Clients that hear messages now."""
        return len(self._hub)

    async def run(self) -> None:
        """Beside the web server, until cancelled."""
        await asyncio.gather(self._observer.run(self._threads), self._journal.run())

    def close(self) -> None:
        """Let go of the threads, when nothing runs any more."""
        self._threads.shutdown(cancel_futures=True)

    def messages(self, identity: Identity, wishes: Wishes, after: str, *, socket: bool) -> Stream:
        """Everything that is said, or what is wished for of it, after the alert of that id."""
        carry = (MessageSocket if socket else EventStream)(
            Client(identity, wishes), self._hub, self._feed, after, self._threads
        )
        return Stream(identity=identity, carry=carry, socket=socket)

    def pictures(self, identity: Identity, view: View, fps: float, *, socket: bool) -> Stream:
        """A camera's pictures, `fps` a second at most."""
        carry = (PictureSocket if socket else PictureStream)(self._reels, view, fps, identity.person)
        return Stream(identity=identity, carry=carry, socket=socket)

    def film(self, identity: Identity, url: str) -> Stream:
        """A camera's own stream, from go2rtc's WebSocket at `url`."""
        return Stream(identity=identity, carry=Film(url), socket=True)

    def has_room(self, identity: Identity, view: View) -> bool:
        """Whether this camera may be shown in one more way to somebody; from any thread."""
        return self._reels.has_room(view, identity.person)

    async def _shoot(self, view: View, update: CameraUpdate) -> Picture:
        future = self._request_frame(view.camera, key=update.key, height=view.height, quality=view.quality)
        frame = (await asyncio.wrap_future(future))[-1]
        if view.overlay == Overlay():
            return Picture(frame.jpeg, frame.frame_time)
        camera = self._cameras.get(view.camera)
        zones = camera.zones if camera else ()
        drawn = asyncio.get_running_loop().run_in_executor(
            self._threads, draw, frame, view.overlay, zones, update.objects, Encoding(".jpg", view.quality)
        )
        return Picture(await drawn, frame.frame_time)
