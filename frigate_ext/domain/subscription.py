"""A device that wants to be told of alerts."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What a browser hands out, see the W3C's Push API; times are epoch seconds."""

    id: int
    endpoint: str = field(repr=False)
    """Whoever knows it can have the push service wake the device."""
    p256dh: bytes = field(repr=False)
    """The device's public key: an uncompressed point on P-256."""
    auth: bytes = field(repr=False)
    """16 bytes that it shares with us."""
    created_at: float
    told: str | None = None
    """The status of the alert in question that this device knows of; None: nothing of it yet."""
