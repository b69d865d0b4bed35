"""`bus_lost`, `bus_decodes_per_message`: watch jobs hear forty messages of ten objects a second."""

from __future__ import annotations

import time
from collections import Counter

from bench.camera_side import Script, filming
from bench.product import Product, running, wait_until
from bench.record import Record, Target, count
from frigate_ext.bus.schema import CameraUpdate
from genai.detector.judge import DetectorJudge

_JOBS = 64
_RATE = 40
_OBJECTS = 10
_CAMERA = "yard"
_LOAD = f"{_JOBS} jobs that hear {_RATE} messages a second of {_OBJECTS} objects, edges every half second"


def run(*, quick: bool) -> list[Record]:
    heard = Tally()
    script = Script(cameras=(_CAMERA,), fps=_RATE, standing=_OBJECTS, cycle=1.0)
    with (
        running([_CAMERA], DetectorJudge(), concurrency=2, sinks=[heard]) as product,
        filming(product.endpoint, script) as cameras,
    ):
        for number in range(_JOBS):
            product.watch(_CAMERA, f"more than {_OBJECTS + number} people are in view")
        wait_until(lambda: bool(heard.messages), "the first message")
        cameras.let_visitors_in()
        time.sleep(5.0 if quick else 10.0)
        published = cameras.end()
        wait_until(lambda: heard.is_quiet(0.3), "the last message")
        return _records(product, heard, published)


def _records(product: Product, heard: Tally, published: dict[str, int]) -> list[Record]:
    counts = product.subscriber.counts
    lost = max(counts.lost, heard.missing(published))
    decodes = counts.decodes / heard.messages.total()
    load = f"{_LOAD}: {heard.messages.total()} messages"
    return [
        count("bus_lost", lost, "messages", load, Target(0, at_most=True)),
        count("bus_decodes_per_message", decodes, "decodes", load, Target(1, at_most=True)),
    ]


class Tally:
    """A sink that counts for itself what arrives."""

    def __init__(self) -> None:
        self.messages: Counter[str] = Counter()
        self._first: dict[str, int] = {}
        self._heard_at = 0.0

    def __call__(self, update: CameraUpdate) -> None:
        self._first.setdefault(update.camera, update.seq)
        self.messages[update.camera] += 1
        self._heard_at = time.monotonic()

    def is_quiet(self, seconds: float) -> bool:
        return time.monotonic() - self._heard_at > seconds

    def missing(self, published: dict[str, int]) -> int:
        """Messages sent since the first that arrived, and not heard; before that nobody was connected."""
        sent = sum(total - self._first[camera] for camera, total in published.items())
        return sent - self.messages.total()
