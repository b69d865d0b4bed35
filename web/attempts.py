"""Counting wrong keys and passwords, so that nobody can go on guessing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from frigate_ext.errors import TooManyAttemptsError
from frigate_ext.runtime.clock import Clock

MAX_REMEMBERED = 4096
"""Addresses and names; the one that has been quiet for longest is forgotten."""


class Rate(NamedTuple):
    allowed: int
    seconds: float


class _Window(NamedTuple):
    failures: int
    ends: float


class Attempts:
    """Counts failures by whatever they are charged to; safe to call from several threads.

    An attempt is charged before it is made and refunded when it succeeds, so that guessing many at once
    gains nothing.
    """

    def __init__(self, rates: Sequence[Rate], clock: Clock) -> None:
        self._rates = tuple(rates)
        self._clock = clock
        self._windows: OrderedDict[str, list[_Window]] = OrderedDict()
        self._lock = threading.Lock()

    def charge(self, *payers: str) -> None:
        """Note an attempt; where one of them has had enough, raise TooManyAttemptsError and note nothing."""
        now = self._clock.now().monotonic
        with self._lock:
            wait = max((self._wait(payer, now) for payer in payers), default=0.0)
            if wait > 0:
                raise TooManyAttemptsError("Too many wrong attempts; try again later.", retry_after=wait)
            for payer in payers:
                self._note(payer, now)

    def refund(self, *payers: str) -> None:
        """Take the last attempt back: it succeeded."""
        with self._lock:
            for payer in self._windows.keys() & payers:
                windows = self._windows[payer]
                self._windows[payer] = [_Window(max(0, w.failures - 1), w.ends) for w in windows]

    def _wait(self, payer: str, now: float) -> float:
        pairs = zip(self._rates, self._windows.get(payer, []), strict=False)
        return max((w.ends - now for rate, w in pairs if w.failures >= rate.allowed), default=0.0)

    def _note(self, payer: str, now: float) -> None:
        before = self._windows.pop(payer, None) or [_Window(0, 0.0)] * len(self._rates)
        self._windows[payer] = [
            _Window(w.failures + 1, w.ends) if w.ends > now else _Window(1, now + rate.seconds)
            for rate, w in zip(self._rates, before, strict=True)
        ]
        if len(self._windows) > MAX_REMEMBERED:
            self._windows.popitem(last=False)


def neighbourhood(address: str) -> str:
    """Return what one guesser can easily change within: an IPv6 subscriber has all of a /64."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return str(parsed)
