"""Noticing a stream that is connected but dead."""

from __future__ import annotations

from frigate_ext.capture.failure import StalledError, UndecodableError


class StallWatch:
    """Tells progress from mere activity.

    A still *scene* is progress: packets come and their stamps move. Packets with the same stamp for ever, or
    packets that yield no picture, are not. All times are monotonic seconds.
    """

    def __init__(self, timeout: float, now: float, keyless: float | None = None) -> None:
        """Nothing can be decoded before a key frame, which may be `keyless` seconds away; None: `timeout`."""
        self._timeout = timeout
        self._keyless = timeout if keyless is None else keyless
        self._owed_at: float | None = None
        """When the first key frame came since the last picture."""
        self._stamp: int | None = None
        self._moved_at = now
        self._picture_at = now

    def packet(self, stamp: int | None, now: float) -> None:
        """A packet came; `stamp` is its time in the stream, None for streams without one."""
        if stamp is None or stamp != self._stamp:
            self._moved_at = now
        self._stamp = stamp

    def key_frame(self, now: float) -> None:
        if self._owed_at is None:
            self._owed_at = now

    def picture(self, now: float) -> None:
        self._picture_at, self._owed_at = now, None

    @property
    def is_owed(self) -> bool:
        """Whether a key frame has come since the last picture: a decoder that works makes one of it."""
        return self._owed_at is not None

    def check(self, now: float) -> None:
        """Raise StreamError when the stream has made no progress for too long."""
        if now - self._moved_at >= self._timeout:
            raise StalledError(f"the stream's time has stood still for {self._timeout:g} s")
        if self._owed_at is not None and now - self._owed_at >= self._timeout:
            raise UndecodableError(f"undecodable: no picture for {self._timeout:g} s, though data arrives")
        if now - self._picture_at >= self._keyless:
            raise UndecodableError(f"undecodable: no key frame for {self._keyless:g} s, though data arrives")
