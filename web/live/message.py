"""One message to many: written out once, however many read it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import msgspec

from frigate_ext.domain.document import Document


@dataclass(frozen=True, eq=False)
class Message:
    """Topic and payload are those of MQTT, the topic without its prefix."""

    topic: str
    body: Document | str
    """A document becomes JSON; a text stays as it is."""
    camera: str | None = None
    """Only those who may see this camera get it; None: everybody."""
    for_admins: bool = False
    """Only those who rule everything get it."""
    kept: bool = False
    """Every one counts. Of others, only the newest of a topic does."""
    alert_id: str = ""
    """Of the alert it tells; what comes after it can be asked for."""

    @cached_property
    def payload(self) -> str:
        return self.body if isinstance(self.body, str) else msgspec.json.encode(self.body).decode()

    @cached_property
    def text(self) -> str:
        """As a WebSocket carries it: Frigate's `{"topic": ..., "payload": ...}`, the payload a string."""
        return msgspec.json.encode({"topic": self.topic, "payload": self.payload}).decode()

    @cached_property
    def event(self) -> bytes:
        """As Server-Sent Events carry it."""
        number = f"id: {self.alert_id}\n" if self.alert_id else ""
        return f"{number}data: {self.text}\n\n".encode()
