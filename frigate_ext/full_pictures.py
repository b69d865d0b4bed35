"""Full pictures of alerts: main streams of watched cameras are kept, and asked for once an alert is told."""

from __future__ import annotations

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from frigate_ext.bus.frames import MAX_HEIGHT
from frigate_ext.bus.schema import EncodedFrame, FrameRequest, main_stream
from frigate_ext.domain.look import Alert, AlertKind, AlertStatus
from frigate_ext.domain.watch import Job
from frigate_ext.errors import FrameUnavailableError, MainStreamAwayError, NotFoundError, StoreError
from frigate_ext.runtime.clock import Clock
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.worker import Worker
from frigate_ext.store import Store
from frigate_ext.store.timeline import Span

logger = logging.getLogger(__name__)

_QUALITY: Final = 85
_LEASE: Final = 30.0
"""Seconds that a main stream stays open after somebody wanted it last."""
_RENEW_EVERY: Final = 3.0
"""As often is it heard whether a main stream is away."""
_TRIES: Final = (1.5, 4.0, 8.0)
"""Seconds after an alert; a main stream may come later than the other one, and a process may be starting."""
_TIMEOUT: Final = 5.0
_MAX_WAITING: Final = 64
"""Alerts; the oldest goes without."""
_RECENT: Final = 120.0
"""Seconds; of what an earlier run of the program told, a node may still have the picture."""

Asked = Future[tuple[EncodedFrame, ...]]


class FrameSource(Protocol):
    """Frames on demand, see `frigate_ext.bus.frames`."""

    def ask(self, wanted: FrameRequest, *, timeout: float = 2.0) -> Asked: ...


@dataclass(frozen=True, slots=True)
class _Wanted:
    alert_id: str
    camera: str
    at: float
    """Epoch s."""
    since: float
    """Monotonic s."""
    tries: int = 0

    @property
    def due(self) -> float:
        return self.since + _TRIES[self.tries]


class FullPictures(Worker):
    """Nobody waits for it: alerts are told without. All methods are for any thread and don't block."""

    def __init__(
        self,
        *,
        frames: FrameSource,
        store: Store,
        watched: Callable[[], Collection[str]],
        cameras: Collection[str],
        clock: Clock,
    ) -> None:
        """`watched` are those that a job may look at now, `cameras` those that have a main stream."""
        super().__init__("fx-alert-pictures")
        self._frames = frames
        self._store = store
        self._watched = watched
        self._cameras = frozenset(cameras)
        self._clock = clock
        self._lock = threading.Lock()
        self._wanted: deque[_Wanted] = deque()
        self._renew_at: dict[str, float] = {}
        self._away: dict[str, str] = {}
        self._outcomes = Counter(kept=0, missing=0)
        self._news = threading.Event()

    def change(self, cameras: Collection[str]) -> None:
        """Other cameras have a main stream."""
        self._cameras = frozenset(cameras)
        self._news.set()

    def job_changed(self, job: Job) -> None:
        """Perhaps its camera is watched now; that it is not any more is noticed soon enough."""
        if job.watch.camera in self._cameras and job.watch.camera not in self._renew_at:
            self._news.set()

    def alert_committed(self, alert: Alert) -> None:
        if _may_have_one(alert) and alert.camera in self._cameras:
            self._want(alert, self._monotonic())

    def away(self) -> dict[str, bool]:
        """Whether there are no pictures of the main stream, by camera that is watched."""
        with self._lock:
            return {camera: camera in self._away for camera in self._renew_at}

    def outcomes(self) -> Mapping[str, int]:
        """Alerts that have got their full picture (`kept`), and that have not (`missing`)."""
        return dict(self._outcomes)

    def health(self) -> dict[str, PartHealth]:
        """By camera; those whose main stream is away."""
        with self._lock:
            away = dict(self._away)
        return {
            camera: PartHealth(PartState.DEGRADED, f"{why}: alerts show the detect stream's pictures")
            for camera, why in away.items()
        }

    def wake(self) -> None:
        self._news.set()

    def run(self) -> None:
        self._recall()
        while not self.stopping.is_set():
            self._news.clear()
            now = self._monotonic()
            self._lease(now)
            if wanted := self._due(now):
                self._fetch(wanted)
            self._news.wait(self._pause())

    def _recall(self) -> None:
        """Ask for what an earlier run of the program did not come to."""
        now = self._clock.now()
        try:
            told = self._store.alerts.list(span=Span(now.wall - _RECENT), kind=AlertKind.CONDITION)
        except StoreError as error:
            logger.warning("alerts told before the start get no full pictures: %s", error)
            return
        for alert in told.items:
            if alert.full_time is None:
                self.alert_committed(alert)

    def _lease(self, now: float) -> None:
        """Have the main streams of watched cameras kept, and hear how they are."""
        wanted = self._cameras.intersection(self._watched()) if self._cameras else frozenset()
        with self._lock:
            self._renew_at = {camera: at for camera, at in self._renew_at.items() if camera in wanted}
            self._away = {camera: why for camera, why in self._away.items() if camera in wanted}
            due = [camera for camera in wanted if self._renew_at.get(camera, 0.0) <= now]
            self._renew_at |= dict.fromkeys(due, now + _RENEW_EVERY)
        for camera in due:
            request = FrameRequest(id=0, camera=main_stream(camera), moments=0, attend=_LEASE)
            self._frames.ask(request, timeout=_TIMEOUT).add_done_callback(partial(self._heard, camera))

    def _heard(self, camera: str, asked: Asked) -> None:
        error = asked.exception()
        with self._lock:
            if isinstance(error, MainStreamAwayError) and camera in self._renew_at:
                self._away[camera] = f"no pictures of the main stream ({error})"
            elif error is None:
                self._away.pop(camera, None)

    def _want(self, alert: Alert, now: float) -> None:
        assert alert.frame_time is not None  # noqa: S101 - `_may_have_one`
        with self._lock:
            self._wanted.append(_Wanted(alert.id, alert.camera, alert.frame_time, now))
            while len(self._wanted) > _MAX_WAITING:
                self._outcomes["missing"] += 1
                logger.info("alert %s: no full picture: too many wait", self._wanted.popleft().alert_id)
        self._news.set()

    def _due(self, now: float) -> _Wanted | None:
        """One at a time: fetching may take seconds, and leases don't wait for all that are due."""
        with self._lock:
            due = next((wanted for wanted in self._wanted if wanted.due <= now), None)
            if due:
                self._wanted.remove(due)
        return due

    def _fetch(self, wanted: _Wanted) -> None:
        request = FrameRequest(
            id=0,
            camera=main_stream(wanted.camera),
            at=wanted.at,
            height=MAX_HEIGHT,
            quality=_QUALITY,
            attend=_LEASE,
        )
        try:
            (picture,) = self._frames.ask(request, timeout=_TIMEOUT).result(_TIMEOUT + 1.0)
            self._store.alerts.add_full(wanted.alert_id, picture.jpeg, picture.frame_time)
        except NotFoundError:
            return  # somebody has deleted it
        except (FrameUnavailableError, FutureTimeoutError, StoreError) as error:
            self._missed(wanted, str(error) or "no answer")
        else:
            self._outcomes["kept"] += 1

    def _missed(self, wanted: _Wanted, why: str) -> None:
        if self.stopping.is_set():
            return
        if wanted.tries + 1 < len(_TRIES):
            with self._lock:
                self._wanted.append(replace(wanted, tries=wanted.tries + 1))
            return
        self._outcomes["missing"] += 1
        logger.info("alert %s: no full picture: %s", wanted.alert_id, why)

    def _pause(self) -> float | None:
        """Seconds until something is due; None while nothing is."""
        with self._lock:
            moments = [*self._renew_at.values(), *(wanted.due for wanted in self._wanted)]
        return max(0.0, min(moments) - self._monotonic()) if moments else None

    def _monotonic(self) -> float:
        return self._clock.now().monotonic


def _may_have_one(alert: Alert) -> bool:
    told = alert.kind is AlertKind.CONDITION and alert.status is AlertStatus.VERIFIED
    return told and alert.frame_time is not None
