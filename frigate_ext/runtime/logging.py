"""Logging of a process, the main one or a child: one line per record, no secrets, errors counted."""

from __future__ import annotations

import logging
import re
import sys
import threading
from typing import TextIO

from frigate_ext.runtime.log_relay import OwnRecords

_OURS = ("frigate_ext", "jobs", "genai", "config", "web")
_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)-7s %(processName)s/%(threadName)s %(name)s: %(message)s"
_USER_INFO = re.compile(r"://[^\s/:@'\"]*:[^\s'\"]*@")
_PARAMETER = re.compile(
    r"([?&;](?:[a-z_]*pass[a-z]*|pwd|token|[a-z_]*key|secret|auth)=)[^&;\s'\"]+", re.IGNORECASE
)
_HEADER = re.compile(r"\b((?:bearer|basic|vapid)\s+)[\w.~+/=-]{8,}", re.IGNORECASE)
_TOKEN = re.compile(r"\b(?:fx_|sk-)[\w-]{16,}|\beyJ[\w-]{8,}\.[\w.-]{16,}")
"""Keys of ours and of providers, and what looks like a JWT."""


class ErrorCount(logging.Filter):
    """Passes every record and counts those of level ERROR and above."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self.errors = 0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.ERROR:
            with self._lock:
                self.errors += 1
        return True


class OneLineFormatter(logging.Formatter):
    """Keeps a message on one line, and takes credentials out of everything, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(_FORMAT, datefmt="%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = record.message.replace("\r", "\\r").replace("\n", "\\n")
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        return mask_credentials(super().format(record))


def mask_credentials(text: str) -> str:
    """`text` without the `user:password@` and password-like parameters of URLs in it, keys and tokens.

    The last line of defence: whoever logs an address masks it first. Rather hides too much than too little.
    """
    text = _PARAMETER.sub(r"\1***", _USER_INFO.sub("://***@", text))
    return _TOKEN.sub("***", _HEADER.sub(r"\1***", text))


def configure_logging(level: str = "info", stream: TextIO | None = None) -> ErrorCount:
    """Send this process's own records to `stream` (default stderr), replacing earlier set-ups.

    `level` holds for our own packages; libraries speak up from WARNING on. Returns the counter of errors.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(OneLineFormatter())
    counter = ErrorCount()
    handler.addFilter(OwnRecords())
    handler.addFilter(counter)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    set_level(level)
    logging.captureWarnings(capture=True)
    return counter


def set_level(level: str) -> None:
    """Of our own packages, from now on."""
    for package in _OURS:
        logging.getLogger(package).setLevel(level.upper())
