"""Notifications on people's own devices: what a browser needs to be told of alerts (Frigate's addresses)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from frigate_ext.domain.subscription import Subscription
from frigate_ext.notify.webpush_services import PushServices


class Devices(Protocol):
    """Who is told. May raise StoreError."""

    def add(self, subscription: Subscription, user: str | None, session: bytes | None) -> None:
        """Raise NotFoundError where the user is gone."""

    def withdraw(self, endpoint: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Web push, where it is on."""

    now: Callable[[], float]
    """Epoch seconds."""
    public_key: str
    """What browsers subscribe to, base64url."""
    services: PushServices
    devices: Devices
