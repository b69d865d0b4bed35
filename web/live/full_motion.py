"""A camera's own stream, from a go2rtc or MediaMTX that browsers never speak to: we ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote, urlencode

from frigate_ext.domain.document import Document
from frigate_ext.errors import NotFoundError
from web.live.whep import Negotiator

Streams = Mapping[str, Mapping[str, str]]
"""Names of streams at the server, by camera and by a name for people."""


class Server(StrEnum):
    GO2RTC = "go2rtc"
    MEDIAMTX = "mediamtx"


class FullMotion:
    """Safe to call from several threads. Whoever calls has checked who may see the camera."""

    def __init__(self, server: Server, url: str, streams: Streams) -> None:
        """`url` is the server as we reach it; a camera without streams has the one of its own name."""
        self._server = server
        self._url = url
        self._streams = streams
        self._negotiator = Negotiator()

    def of(self, camera: str) -> list[Document]:
        """Return the streams of a camera, the first one first choice, at addresses of ours."""
        return [{"name": name, **self._addresses(camera, name)} for name in self._named(camera)]

    def answer(self, camera: str, stream: str | None, offer: str) -> str:
        """Return the server's answer (SDP) to a browser's offer; what follows is between these two.

        Blocks for a few seconds at most. Raises NotFoundError or StreamError.
        """
        name = quote(self._name(camera, stream), safe="")
        path = f"api/webrtc?src={name}" if self._server is Server.GO2RTC else f"{name}/whep"
        return self._negotiator.answer(f"{self._url}/{path}", offer)

    def socket(self, camera: str, stream: str | None) -> str:
        """Return where the server has the stream for a WebSocket; raises NotFoundError."""
        name = self._name(camera, stream)
        if self._server is not Server.GO2RTC:
            raise NotFoundError("This server has no streams for WebSockets.", code="unknown_stream")
        scheme, rest = self._url.split("://", 1)
        return f"{'wss' if scheme == 'https' else 'ws'}://{rest}/api/ws?src={quote(name, safe='')}"

    def _addresses(self, camera: str, name: str) -> Document:
        place, query = quote(camera, safe=""), urlencode({"stream": name})
        has_sockets = self._server is Server.GO2RTC
        return {
            "webrtc": f"/api/{place}/webrtc",
            "mse": f"/live/mse/{place}?{query}" if has_sockets else None,
        }

    def _name(self, camera: str, stream: str | None) -> str:
        named = self._named(camera)
        wanted = next(iter(named)) if stream is None else stream
        if wanted not in named:
            raise NotFoundError(f"This camera has no stream called {wanted[:80]!r}.", code="unknown_stream")
        return named[wanted]

    def _named(self, camera: str) -> Mapping[str, str]:
        return self._streams.get(camera) or {camera: camera}
