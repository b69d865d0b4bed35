"""The protocol of everything that delivers alerts."""

from __future__ import annotations

from typing import Protocol

from frigate_ext.domain.look import Alert
from frigate_ext.runtime.health import PartHealth


class Notifier(Protocol):
    """Delivers a committed alert at least once; called by the outbox from one thread."""

    name: str

    def deliver(self, alert: Alert, evidence: tuple[bytes, ...]) -> None:
        """Hand over an alert and its evidence JPEGs; returns when the other side has confirmed.

        Blocks for a few seconds at most. Raises DeliveryError when it could not: the outbox tries again.
        """

    def health(self) -> PartHealth: ...
