"""What a child logs, on its way to its parent: there it stands among the parent's own lines."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass

import msgspec

MAX_CHARS = 2000
"""Of one line; tracebacks are longer than they are worth there."""
_MAX_BYTES = 16 * 1024
"""More than any line has, with its names."""
_AT_ONCE = 200
"""Lines taken in one go: a child that logs without end keeps its parent from nothing else."""
_TRACEBACK = logging.Formatter()


class _Line(msgspec.Struct, array_like=True):
    """A record, as far as anybody wants to see it there."""

    created: float
    level: int
    name: str
    process: str
    pid: int
    thread: str
    text: str


_LINES = msgspec.msgpack.Decoder(_Line)


class LogRelay(logging.Handler):
    """Sends a child's records to its parent; never blocks. What does not fit is left out, and counted."""

    def __init__(self, outlet: socket.socket) -> None:
        super().__init__()
        self._outlet = outlet
        self._left_out = 0

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._outlet.send(_written(record, self._left_out), socket.MSG_DONTWAIT)
        except OSError:  # the parent is busy, or has gone
            self._left_out += 1
        except Exception:  # noqa: BLE001 - a bad format string of anybody's: logging's own way out
            self.handleError(record)
        else:
            self._left_out = 0


@dataclass(frozen=True, slots=True)
class LogPipe:
    """Both ends. A line is a message of its own, whole or not at all; what was sent outlives its sender."""

    inlet: socket.socket
    outlet: socket.socket

    @classmethod
    def open(cls) -> LogPipe:
        return cls(*socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))

    def pass_on(self) -> None:
        """Give what has come to the loggers of this process, whose handlers see it; never blocks."""
        for _ in range(_AT_ONCE):
            try:
                data = self.inlet.recv(_MAX_BYTES, socket.MSG_DONTWAIT)
            except OSError:  # nothing more for now
                return
            if not data:
                return
            logging.getLogger().handle(_record(data))


def said(record: logging.LogRecord) -> str:
    """The text of a record, with its traceback if it has one."""
    text = record.getMessage()
    return f"{text}\n{_TRACEBACK.formatException(record.exc_info)}" if record.exc_info else text


class OwnRecords(logging.Filter):
    """Passes what this process says itself: its children say theirs on the same console already."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.process == os.getpid()


def _written(record: logging.LogRecord, left_out: int) -> bytes:
    text = f"({left_out} lines were left out) {said(record)}" if left_out else said(record)
    return msgspec.msgpack.encode(
        _Line(
            created=record.created,
            level=record.levelno,
            name=record.name[:100],
            process=(record.processName or "")[:100],
            pid=record.process or 0,
            thread=(record.threadName or "")[:100],
            text=text[:MAX_CHARS],
        )
    )


def _record(data: bytes) -> logging.LogRecord:
    line = _LINES.decode(data)
    fields = {
        "created": line.created,
        "levelno": line.level,
        "levelname": logging.getLevelName(line.level),
        "name": line.name,
        "processName": line.process,
        "process": line.pid,
        "threadName": line.thread,
        "msg": line.text,
    }
    return logging.makeLogRecord(fields)
