"""The last lines of the log, for people who can't reach the console. Secrets never get in."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count

from frigate_ext.runtime.log_relay import MAX_CHARS, said
from frigate_ext.runtime.logging import mask_credentials

MAX_LINES = 1000
_SHORTEST = 4
"""Characters: what is shorter is no secret, and would black out half the words."""
_MAIN = "MainProcess"
"""What `multiprocessing` calls the process that the others are children of."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """`time` is epoch seconds; `id` grows by one with each line since the start."""

    id: int
    time: float
    level: str
    process: str
    """`main`, or the name of a detection process."""
    thread: str
    source: str
    """The module that speaks."""
    text: str
    """With its traceback, if it has one."""


class LogTail(logging.Handler):
    """Keeps the newest lines of this process and its children, masked; safe for any thread."""

    def __init__(self, max_lines: int = MAX_LINES) -> None:
        super().__init__()
        self._lines: deque[LogLine] = deque(maxlen=max_lines)
        self._ids = count(1)
        self._secrets: tuple[str, ...] = ()

    def hide(self, secrets: Collection[str]) -> None:
        """From now on none of these appears, in whatever words it stands: the configuration's own.

        Nor do earlier ones: a part that can't go on by a new configuration still has the old one's.
        """
        known = {*self._secrets, *(one for one in secrets if len(one) >= _SHORTEST)}
        self._secrets = tuple(sorted(known, key=len, reverse=True))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self._masked(said(record))[:MAX_CHARS]
        except Exception:  # noqa: BLE001 - a bad format string of anybody's: logging's own way out
            self.handleError(record)
            return
        self._lines.append(
            LogLine(
                id=next(self._ids),
                time=record.created,
                level=record.levelname,
                process="main" if record.processName == _MAIN else record.processName or "",
                thread=record.threadName or "",
                source=record.name,
                text=text,
            )
        )

    def after(self, line_id: int, limit: int) -> tuple[LogLine, ...]:
        """The newest `limit` lines that came after the one of this id, oldest first."""
        with self.lock:  # type: ignore[union-attr]  # a Handler has one from its beginning to its end
            later = [line for line in self._lines if line.id > line_id]
        return tuple(later[-limit:])

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return mask_credentials(text)
