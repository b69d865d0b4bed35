"""What a device is told of an alert; the words around it are its own language's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import quote

from msgspec import json

from frigate_ext.domain.look import Alert
from frigate_ext.notify.webpush_crypto import encoded

_CHARS = 300
"""Of a text: a lock screen shows less."""


def message(alert: Alert, cameras: Mapping[str, str]) -> bytes:
    """JSON; addresses are relative to where the pages are. `cameras` are the names that people know."""
    path = quote(alert.id, safe="")
    told = {
        "id": alert.id,
        "kind": alert.kind.value,
        "status": alert.status.value,
        "camera": cameras.get(alert.camera, alert.camera)[:_CHARS],
        "text": (alert.message or alert.reasoning or alert.condition)[:_CHARS],
        "time": alert.time,
        "url": f"alerts/{path}",
        "picture": f"api/alerts/{path}/evidence/{alert.evidence - 1}.jpg" if alert.evidence else None,
    }
    return json.encode(told)


def topic(alert: Alert) -> str:
    """A name under which a push service replaces what it still holds; it shows nothing of the alert."""
    return encoded(hashlib.sha256(alert.id.encode()).digest()[:24])
