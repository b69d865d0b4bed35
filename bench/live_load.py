"""`live_core_share`, `live_api_ms`, `mjpeg_encodes_per_frame`: many clients of the product's web server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from statistics import mean

from bench import camera_side, product, scenes, web_clients, web_side
from bench.camera_side import Script
from bench.product import Product
from bench.record import Record, Target, count, percentile, timing
from bench.web_clients import Crowd
from frigate_ext.bus.frames import FrameServer
from frigate_ext.bus.ring import FrameRing
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.domain.camera import Camera, CameraState
from frigate_ext.domain.frame import Frame, FrameKey
from frigate_ext.domain.geometry import Size
from frigate_ext.domain.watch import Job
from genai.detector.judge import DetectorJudge
from web.listener import Listener
from web.live.live import Live

_CAMERAS, _JOBS, _LISTENERS, _VIEWERS = 8, 64, 100, 50
_RATE = 50.0
"""Requests a second."""
_TOLD = 5.0
"""Changes of a job a second: two messages each."""
_PATHS = ("/api/jobs?limit=20", "/api/cameras", "/api/alerts?limit=20", "/api/health", "/api/profile")
_FILM = "film"
_EPOCH = 1


def run(*, quick: bool) -> list[Record]:
    seconds, rounds = (3.0, 2) if quick else (8.0, 5)
    with ExitStack() as parts:
        listener = Listener("127.0.0.1", 0)
        news = _Relay()
        names = [f"camera{n}" for n in range(_CAMERAS)]
        running = parts.enter_context(
            product.running(
                names,
                DetectorJudge(),
                concurrency=2,
                hear=news,
            )
        )
        cameras = {name: Camera(name, name, ("person",), ()) for name in [*names, _FILM]}
        live = web_side.live_of(running, cameras, listener)
        news.to = live
        script = Script(cameras=tuple(names), fps=5, standing=3, cycle=4.0)
        parts.enter_context(camera_side.filming(running.endpoint, script))
        parts.enter_context(web_side.serving(running, cameras, listener, live))
        jobs = [running.watch(names[n % _CAMERAS], "a person is in view") for n in range(_JOBS)]
        product.wait_until(lambda: running.jobs.looks >= _JOBS, "every job has looked once")
        return [
            *_under_load(listener.url, live, jobs[0], seconds, rounds),
            _watched(running, listener.url, seconds),
        ]


class _Relay:
    """Hears of jobs before there is a web server to tell of them."""

    to: Live | None = None

    def __call__(self, job: Job) -> None:
        if self.to is not None:
            self.to.news.job_changed(job)


def _under_load(url: str, live: Live, job: Job, seconds: float, rounds: int) -> list[Record]:
    shares: list[float] = []
    heard: list[float] = []
    latencies: list[list[float]] = []
    with _telling(live, job):
        for _ in range(rounds):
            share, told = _listened_to(url, live, seconds)
            shares.append(share)
            heard += told
            latencies.append(_asked(url, seconds))
    ms = [1000 * one for some in latencies for one in some]
    load = f"{_LISTENERS} WebSocket clients at {mean(heard):.1f} messages/s each, {_JOBS} jobs"
    asked = f"{len(ms)} requests at {_RATE:g}/s; {load}"
    p50s, p99s = ([1000 * percentile(some, at) for some in latencies] for at in (50, 99))
    return [
        timing(
            "live_core_share",
            sum(shares) / rounds,
            "cores",
            f"CPU time of the web server's threads; {load}",
            Target(0.1, at_most=True),
            repetitions=shares,
        ),
        timing("live_api_ms_p50", percentile(ms, 50), "ms", asked, repetitions=p50s),
        timing(
            "live_api_ms_p99", percentile(ms, 99), "ms", asked, Target(50, at_most=True), repetitions=p99s
        ),
    ]


@contextmanager
def _telling(live: Live, job: Job) -> Iterator[None]:
    done = threading.Event()

    def tell() -> None:
        while not done.wait(1 / _TOLD):
            live.news.job_changed(job)

    with ThreadPoolExecutor(1) as pool:
        telling = pool.submit(tell)
        try:
            yield
        finally:
            done.set()
            telling.result()


def _listened_to(url: str, live: Live, seconds: float) -> tuple[float, list[float]]:
    """Cores used in the middle of it, and what each client has heard."""
    crowd = Crowd(url=url, seconds=seconds + 2, listeners=_LISTENERS, topics="job_state,watch/%2B/state")
    with ThreadPoolExecutor(1) as pool:
        listening = pool.submit(web_clients.listen_and_ask, crowd)
        while live.listeners < _LISTENERS:
            time.sleep(0.05)
        before, began = web_side.seconds_of_web_threads(), time.monotonic()
        time.sleep(seconds)
        share = (web_side.seconds_of_web_threads() - before) / (time.monotonic() - began)
        return share, listening.result().heard


def _asked(url: str, seconds: float) -> list[float]:
    crowd = Crowd(
        url=url,
        seconds=seconds,
        listeners=_LISTENERS,
        topics="job_state,watch/%2B/state",
        paths=_PATHS,
        rate=_RATE,
    )
    return web_clients.listen_and_ask(crowd).latencies


def _watched(running: Product, url: str, seconds: float) -> Record:
    """A camera of our own, so that what is encoded of it can be counted."""
    ring = FrameRing(10.0, 64 << 20)
    server = FrameServer(running.endpoint, _EPOCH, {_FILM: ring})
    server.start()
    done = threading.Event()
    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_film, ring, running, done)
            shown = web_clients.watch(f"{url}/api/{_FILM}/mjpeg?fps=30", _VIEWERS, seconds)
            done.set()
    finally:
        server.stop()
        server.join(5.0)
    frames, pictures = len(set().union(*shown)), sum(map(len, shown))
    versus = f"{_VIEWERS} viewers of Motion JPEG were shown {pictures} pictures of {frames} frames"
    per_frame = server.counts.encoded / frames
    return count("mjpeg_encodes_per_frame", round(per_frame, 3), "encodes", versus, Target(1, at_most=True))


def _film(ring: FrameRing, running: Product, done: threading.Event) -> None:
    """Ten frames a second."""
    frame = scenes.street(1)[0]
    seq = 0
    while not done.wait(0.1):
        now, key = time.time(), FrameKey(_FILM, _EPOCH, seq)
        ring.put(key, Frame(_FILM, now, frame.y, frame.u, frame.v, frame.full_range))
        size = Size(*frame.y.shape[::-1])
        running.latest(
            CameraUpdate(
                camera=_FILM,
                epoch=_EPOCH,
                seq=seq,
                time=now,
                state=CameraState.ONLINE,
                size=size,
                frame_time=now,
            )
        )
        seq += 1
