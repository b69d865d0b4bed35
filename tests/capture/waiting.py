"""Waiting for what another thread does, with a deadline."""

import threading
from collections.abc import Callable

from frigate_ext.capture.feed import Feed
from frigate_ext.domain.frame import Frame
from frigate_ext.runtime.clock import Deadline


def eventually(happened: Callable[[], bool], timeout: float = 5.0) -> bool:
    deadline = Deadline(timeout)
    tick = threading.Event()
    while not deadline.passed:
        if happened():
            return True
        tick.wait(0.02)
    return happened()


def next_frame(feed: Feed, timeout: float = 5.0) -> Frame:
    frames: list[Frame] = []

    def took_one() -> bool:
        if frame := feed.take():
            frames.append(frame)
        return bool(frames)

    assert eventually(took_one, timeout), f"no frame within {timeout} s: {feed.status()}"
    return frames[0]
