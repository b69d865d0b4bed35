"""What judges know of their past: rows of the store, in the words of `genai`."""

from __future__ import annotations

import msgspec

from frigate_ext.retention import DAY
from frigate_ext.runtime.clock import Clock
from frigate_ext.store import Store
from genai.account import Paid
from genai.budget import Spent
from genai.capabilities import Capabilities

_CAPABILITIES = msgspec.json.Decoder(Capabilities)


class StoredMemory:
    """Implements `genai.scout.Memory`; every method may raise StoreError."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def spent(self) -> list[Spent]:
        paid = self._store.payments.since(self._clock.now().wall - DAY)
        return [Spent(at=one.at, judged_by=one.provider, tokens=one.tokens) for one in paid]

    def paid(self, paid: Paid, at: float) -> None:
        self._store.payments.add(at, paid)

    def recall(self, key: str) -> tuple[Capabilities, float] | None:
        """None, too, for what this version does not understand: it is tried out once more."""
        kept = self._store.findings.get(key)
        if kept is None:
            return None
        try:
            return _CAPABILITIES.decode(kept[0]), kept[1]
        except msgspec.DecodeError:
            return None

    def remember(self, key: str, found: Capabilities, at: float) -> None:
        self._store.findings.put(key, msgspec.json.encode(found).decode(), at)
