"""A media server that speaks as go2rtc and MediaMTX do: real WebRTC, real fragments of MP4, on loopback."""

import asyncio
import io
import json
import re
import threading
from collections.abc import AsyncIterator
from fractions import Fraction
from urllib.parse import parse_qs, unquote

import aioice.ice
import av
import numpy as np
import uvicorn
from aiortc import RTCPeerConnection, RTCSessionDescription, VideoStreamTrack

from frigate_ext.demo.street import free_port

WIDTH, HEIGHT, FPS = 320, 180, 15
STREAM = "stage main"


def picture(number: int) -> av.VideoFrame:
    """A bright bar that moves."""
    pixels = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    left = number * 4 % (WIDTH - 20)
    pixels[:, left : left + 20] = (40, 200, 240)
    return av.VideoFrame.from_ndarray(pixels, "bgr24")


class _Bar(VideoStreamTrack):
    def __init__(self) -> None:
        super().__init__()
        self._number = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(1 / FPS)
        self._number += 1
        frame = picture(self._number)
        frame.pts, frame.time_base = self._number * 90_000 // FPS, Fraction(1, 90_000)
        return frame


class MediaServer:
    """Serves from `start` to `stop`; `webrtc` and `mse` switch its two ways off. `asked` are the requests."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.webrtc = self.mse = True
        self.asked: list[str] = []
        self._peers: set[RTCPeerConnection] = set()

    def start(self) -> None:
        # Its own addresses: this machine, and no other, is ever spoken to.
        aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
        config = uvicorn.Config(
            self._serve,
            port=self.port,
            log_level="error",
            lifespan="off",
            ws="websockets-sansio",
            interface="asgi3",
        )
        self._server = uvicorn.Server(config)
        self._ended = asyncio.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run()), name="media-server", daemon=True
        )
        self._thread.start()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve()
        for peer in self._peers:
            await peer.close()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Let go of everybody."""
        self._server.should_exit = True
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    async def _serve(self, scope, receive, send) -> None:
        self.asked.append(f"{scope['type']} {scope['path']}?{scope['query_string'].decode()}")
        if scope["type"] == "websocket":
            await self._film(scope, receive, send)
        elif self.webrtc and _stream(scope) == STREAM:
            body = (await receive())["body"]
            await _reply(send, 201, await self._answer(body.decode()))
        else:
            await _reply(send, 404, "stream not found")

    async def _answer(self, offer: str) -> str:
        peer = RTCPeerConnection()
        self._peers.add(peer)
        peer.addTrack(_Bar())
        await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        return peer.localDescription.sdp

    async def _film(self, scope, receive, send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        said = json.loads((await receive())["text"])
        if not self.mse or said["type"] != "mse" or "avc1" not in said["value"] or _stream(scope) != STREAM:
            await send({"type": "websocket.send", "text": json.dumps({"type": "error", "value": "mse: no"})})
            return
        async for part in fragments():
            if self._ended.is_set():
                return
            if part.startswith(b"\0\0\0\x1cftyp") or b"avcC" in part:
                profile = part[(at := part.index(b"avcC")) + 5 : at + 8].hex()
                tells = {"type": "mse", "value": f'video/mp4; codecs="avc1.{profile}"'}
                await send({"type": "websocket.send", "text": json.dumps(tells)})
            await send({"type": "websocket.send", "bytes": part})


async def fragments() -> AsyncIterator[bytes]:
    """The beginning of an endless MP4, then a fragment every half second."""
    target = io.BytesIO()
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
    with av.open(target, "w", format="mp4", options=flags) as film:
        stream = film.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "ultrafast", "tune": "zerolatency", "g": str(FPS // 2)}
        number = 0
        while True:
            number += 1
            film.mux(stream.encode(picture(number)))
            await asyncio.sleep(1 / FPS)
            if data := target.getvalue():
                target.seek(0)
                target.truncate()
                yield data


def _stream(scope) -> str | None:
    path, query = unquote(scope["path"]), parse_qs(scope["query_string"].decode())
    if path in {"/api/webrtc", "/api/ws"}:
        return query["src"][0]
    found = re.fullmatch("/(.+)/whep", path)
    return found[1] if found else None


async def _reply(send, status: int, text: str) -> None:
    headers = [(b"content-type", b"application/sdp")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
