"""Waiting for what other processes do, with a deadline."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(found: Callable[[], T], seconds: float, what: str) -> T:
    """The first true value of `found()`; AssertionError when there is none in time."""
    deadline, tick = time.monotonic() + seconds, threading.Event()
    while not (value := found()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        tick.wait(0.03)
    return value
