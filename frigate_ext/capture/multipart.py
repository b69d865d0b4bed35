"""Cutting a multipart stream into its JPEGs, without doing any input itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from frigate_ext.errors import StreamError

MAX_JPEG: Final = 16 * 1024 * 1024
_MAX_HEADER: Final = 8 * 1024
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,10})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


class MultipartParser:
    """Takes bytes as they come, gives the body of every part that is complete.

    `boundary` is as the Content-Type has it; cameras disagree on whether its leading dashes belong to it, and
    not all send a Content-Length. A part of more than 16 MiB raises StreamError.
    """

    def __init__(self, boundary: str) -> None:
        self._delimiter = b"--" + boundary.lstrip("-").encode("latin-1", "replace")
        self._buffer = bytearray()
        self._searched = 0
        self._body: int | None = None
        """Length of the body the buffer begins with; 0 = up to the next delimiter, None = not in a body."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._buffer += data
        while True:
            if self._body is None and not self._enter_body():
                return
            part = self._take_body()
            if part is None:
                return
            if part:
                yield part

    def _enter_body(self) -> bool:
        """Skip to behind the next part's header, if it is complete."""
        start = self._buffer.find(self._delimiter)
        blank = _BLANK_LINE.search(self._buffer, max(start, 0)) if start >= 0 else None
        if blank is None:
            if len(self._buffer) > _MAX_HEADER:
                raise StreamError("the MJPEG stream's parts can't be told apart")
            return False
        length = _LENGTH.search(self._buffer, start, blank.start())
        self._body = int(length[1]) if length else 0
        self._check(self._body)
        del self._buffer[: blank.end()]
        self._searched = 0
        return True

    def _take_body(self) -> bytes | None:
        length = self._body or self._find_end()
        if length is None or len(self._buffer) < length:
            return None
        part = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._body = None
        return part.rstrip(b"\r\n") if part.endswith(b"\n") else part

    def _find_end(self) -> int | None:
        end = self._buffer.find(self._delimiter, self._searched)
        if end >= 0:
            return end
        self._check(len(self._buffer))
        self._searched = max(0, len(self._buffer) - len(self._delimiter))
        return None

    @staticmethod
    def _check(length: int) -> None:
        if length > MAX_JPEG:
            raise StreamError(f"a picture is larger than {MAX_JPEG // 2**20} MiB")
