"""A WebRTC offer put to a media server, and its answer (WHEP, as go2rtc and MediaMTX speak it)."""

from __future__ import annotations

import logging

import httpx2

from frigate_ext.errors import StreamError
from frigate_ext.runtime.clock import Deadline

logger = logging.getLogger(__name__)

MAX_SDP = 32 * 1024
"""Bytes of an offer or answer; a browser's has 2 to 8 KiB."""
PATIENCE = 5.0
"""Seconds in which the server must send something: go2rtc may have to open the camera first."""


class Negotiator:
    """Speaks to one server; safe to call from several threads."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._client = httpx2.Client(
            timeout=patience,
            follow_redirects=False,
            trust_env=False,
            limits=httpx2.Limits(max_keepalive_connections=0),
        )
        self._failing = False

    def answer(self, url: str, offer: str) -> str:
        """Return what the server answers; raises StreamError, whose words name no address."""
        try:
            answer = self._ask(url, offer)
        except StreamError as error:
            logger.log(logging.DEBUG if self._failing else logging.WARNING, "no full motion: %s", error)
            self._failing = True
            raise
        self._failing = False
        return answer

    def _ask(self, url: str, offer: str) -> str:
        headers = {"Content-Type": "application/sdp"}
        try:
            with self._client.stream("POST", url, content=offer, headers=headers) as reply:
                return _answer(reply, Deadline(self._patience))
        except httpx2.HTTPError as error:
            raise StreamError("the media server can't be reached") from error


def _answer(reply: httpx2.Response, deadline: Deadline) -> str:
    if not reply.is_success:
        raise StreamError(f"the media server answers {reply.status_code}")
    body = b""
    for chunk in reply.iter_bytes():
        if not deadline.remaining():
            raise StreamError("the media server takes too long to answer")
        body += chunk
        if len(body) > MAX_SDP:
            break
    if not body.startswith(b"v=0") or len(body) > MAX_SDP:
        raise StreamError("the media server's answer is no session description")
    return body.decode(errors="replace")
