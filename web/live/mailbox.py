"""What waits for one client; bounded, whatever happens."""

from __future__ import annotations

from web.live.message import Message

MAX_KEPT = 2000
"""Messages that count, every one; of the others there are no more than topics of that kind."""


class Mailbox:
    """In the order of arrival; a newer picture of the present takes the place of the older one."""

    def __init__(self, max_kept: int = MAX_KEPT) -> None:
        self._max_kept = max_kept
        self._waiting: dict[str | int, Message] = {}
        self._kept = 0
        self._number = 0

    def put(self, message: Message) -> bool:
        """Return False where a message that counts does not fit any more."""
        if not message.kept:
            self._waiting[message.topic] = message
            return True
        if self._kept >= self._max_kept:
            return False
        self._kept += 1
        self._number += 1
        self._waiting[self._number] = message
        return True

    def take(self) -> Message | None:
        """Return the oldest; None when there is none."""
        if not self._waiting:
            return None
        message = self._waiting.pop(next(iter(self._waiting)))
        self._kept -= message.kept
        return message
