"""A camera with two live streams of one scene, as cameras have them: small, and at full resolution."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import av
import cv2

from tests.capture.clips import CLIP_FRAMES, numbered_picture
from tests.capture.servers import WebCamera

FPS = 25
GOP = 10


def write_twin(path: Path, width: int, height: int) -> Path:
    """MPEG-TS of the numbered pictures at any size; 1.6 s, a key frame every 0.4 s."""
    with av.open(str(path), "w", format="mpegts") as clip:
        stream = clip.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": str(GOP), "bf": "0"}
        for number in range(CLIP_FRAMES):
            pixels = cv2.resize(numbered_picture(number), (width, height), interpolation=cv2.INTER_NEAREST)
            clip.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "bgr24")))
        clip.mux(stream.encode())
    return path


class TwinCamera:
    """Both streams over HTTP, on one clock: whoever connects is sent what is on now, from a key frame on."""

    def __init__(self, folder: Path, *, small: tuple[int, int], large: tuple[int, int]) -> None:
        self._began = time.monotonic()
        self._clips = {
            "/small": write_twin(folder / "small.ts", *small),
            "/large": write_twin(folder / "large.ts", *large),
        }
        self._web = WebCamera(self._answer)
        self.is_cut = threading.Event()
        """The large stream ends, and is refused as long as this is set."""
        self.small, self.large = f"http://{self._web.host}/small", f"http://{self._web.host}/large"

    @property
    def requests(self) -> int:
        return self._web.requests

    def close(self) -> None:
        self._web.close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        if self._is_refused(handler.path):
            handler.send_error(503)
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "video/mp2t")
        handler.end_headers()
        options = {"mpegts_copyts": "1"}
        with (
            contextlib.suppress(av.FFmpegError),
            av.open(handler.wfile, "w", format="mpegts", options=options) as out,
        ):
            self._send(handler.path, out)

    def _is_refused(self, path: str) -> bool:
        return path == "/large" and self.is_cut.is_set()

    def _send(self, path: str, out: av.container.OutputContainer) -> None:
        with av.open(str(self._clips[path])) as source:
            video = out.add_stream_from_template(source.streams.video[0])
        begun = False
        for number, packet in self._packets(self._clips[path]):
            if self._is_refused(path):
                return
            due = self._began + number / FPS
            begun = begun or (packet.is_keyframe and due > time.monotonic() - 1 / FPS)
            if not begun:
                continue
            if self._web.closing.wait(max(0.0, due - time.monotonic())):
                return
            packet.pts = packet.dts = 90_000 * number // FPS
            packet.stream = video
            out.mux(packet)

    def _packets(self, clip: Path) -> Iterator[tuple[int, av.Packet]]:
        """All that was ever on, numbered from 0."""
        number = int((time.monotonic() - self._began) * FPS) // CLIP_FRAMES * CLIP_FRAMES
        while True:
            with av.open(str(clip)) as source:
                for packet in source.demux(video=0):
                    if packet.size:
                        yield number, packet
                        number += 1
