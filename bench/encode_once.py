"""`encode_per_frame`: many ask for the same pictures at once, by way of the bus."""

from __future__ import annotations

import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from bench import scenes
from bench.record import Record, Target, count
from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import default_endpoint
from frigate_ext.bus.frames import FrameClient, FrameServer
from frigate_ext.bus.ring import FrameRing
from frigate_ext.domain.frame import Frame, FrameKey
from frigate_ext.errors import FrameUnavailableError

_CAMERAS = ("porch", "yard")
_CLIENTS = 4
"""Each stands for a process that asks; within one, equal requests are already sent once."""
_ASKERS = 32
_HEIGHTS = (240, 480)
_EPOCH = 1

Picture = tuple[str, int, int]
"""Camera, seq and height."""


def run(*, quick: bool) -> list[Record]:
    with ExitStack() as parts:
        folder = parts.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
        endpoint = default_endpoint(Path(folder))
        rings = {camera: FrameRing(10.0, 64 << 20) for camera in _CAMERAS}
        server = FrameServer(endpoint, _EPOCH, rings)
        clients = [FrameClient(endpoint) for _ in range(_CLIENTS)]
        for worker in (Broker(endpoint), server, *clients):
            worker.start()
            parts.callback(worker.join)
            parts.callback(worker.stop)
        answered = _ask_all(rings, clients, seconds=2.0 if quick else 5.0)
    asked, pictures = len(answered), len(set(answered))
    versus = f"{asked} answers to {_ASKERS} askers over {_CLIENTS} clients: {pictures} different pictures"
    return [
        count(
            "encode_per_frame", server.counts.encoded / pictures, "encodes", versus, Target(1, at_most=True)
        )
    ]


def _ask_all(rings: dict[str, FrameRing], clients: list[FrameClient], seconds: float) -> list[Picture]:
    """Ask from many threads while frames keep coming."""
    done = threading.Event()
    with ThreadPoolExecutor(_ASKERS + 1) as pool:
        film = pool.submit(_film, rings, done)
        askers = [pool.submit(_ask, clients[n % _CLIENTS], n, done) for n in range(_ASKERS)]
        done.wait(seconds)
        done.set()
        film.result()
        return [picture for asker in askers for picture in asker.result()]


def _film(rings: dict[str, FrameRing], done: threading.Event) -> None:
    frame = scenes.street(1)[0]
    seq = 0
    while not done.wait(0.1):
        for camera, ring in rings.items():
            key = FrameKey(camera, _EPOCH, seq)
            ring.put(key, Frame(camera, time.time(), frame.y, frame.u, frame.v, frame.full_range))
        seq += 1


def _ask(client: FrameClient, number: int, done: threading.Event) -> list[Picture]:
    """Half of the askers want the newest frame, half of them exactly the one that somebody got before."""
    camera, height = _CAMERAS[number % 2], _HEIGHTS[number // 2 % 2]
    got: list[Picture] = []
    key: FrameKey | None = None
    while not done.is_set():
        try:
            answer = client.fetch(camera, key=key, height=height)[0]
        except FrameUnavailableError:  # before the first frame, or before the server is known
            done.wait(0.05)
            continue
        got.append((camera, answer.seq, height))
        key = FrameKey(camera, answer.epoch, answer.seq) if number % 4 < 2 and key is None else None
    return got
