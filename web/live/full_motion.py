"""Where a browser gets a camera's own stream: from a go2rtc or MediaMTX beside us, which we only name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, urlsplit

from frigate_ext.domain.document import Document

Streams = Mapping[str, Mapping[str, str]]
"""Names of streams at the server, by camera and by a name for people."""


class Server(StrEnum):
    GO2RTC = "go2rtc"
    MEDIAMTX = "mediamtx"


@dataclass(frozen=True, slots=True)
class FullMotion:
    """`url` is the server as browsers reach it."""

    server: Server
    url: str
    streams: Streams = field(default_factory=dict)

    def of(self, camera: str) -> list[Document]:
        """Return the streams of a camera, the first one first choice."""
        named = self.streams.get(camera) or {camera: camera}
        return [{"name": name, **self._addresses(stream)} for name, stream in named.items()]

    @property
    def origins(self) -> tuple[str, str]:
        """What a page must be allowed to reach: over HTTP, and over WebSockets."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}", f"{_socket_scheme(parts.scheme)}://{parts.netloc}"

    def _addresses(self, stream: str) -> Document:
        """`whep` takes an SDP offer (WebRTC), `mse` is go2rtc's WebSocket, `page` is for a frame."""
        name = quote(stream, safe="")
        if self.server is Server.MEDIAMTX:
            return {"whep": f"{self.url}/{name}/whep", "mse": None, "page": f"{self.url}/{name}/"}
        scheme, rest = self.url.split("://", 1)
        return {
            "whep": f"{self.url}/api/webrtc?src={name}",
            "mse": f"{_socket_scheme(scheme)}://{rest}/api/ws?src={name}",
            "page": f"{self.url}/stream.html?src={name}",
        }


def _socket_scheme(scheme: str) -> str:
    return "wss" if scheme == "https" else "ws"
