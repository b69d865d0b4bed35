"""A camera with two live streams of one scene, as cameras have them: small, and at full resolution."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import av

from tests.capture.servers import WebCamera

SMALL, LARGE = "/small", "/large"


def resized(clip: Path, path: Path, width: int, height: int) -> Path:
    """MPEG-TS of the same pictures, a key frame every ten."""
    with av.open(str(clip)) as source, av.open(str(path), "w", format="mpegts") as out:
        stream = out.add_stream("libx264", rate=source.streams.video[0].average_rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": "10", "bf": "0", "crf": "20"}
        for frame in source.decode(video=0):
            picture = frame.reformat(width, height, interpolation="AREA")
            picture.pts = None
            out.mux(stream.encode(picture))
        out.mux(stream.encode())
    return path


class TwinCamera:
    """Both streams over HTTP, on one clock: whoever connects is sent what is on now, from a key frame on."""

    def __init__(self, clip: Path, folder: Path, *, small: tuple[int, int], large: tuple[int, int]) -> None:
        """Plays `clip` for ever, at both sizes."""
        self._began = time.monotonic()
        self._clips = {
            SMALL: resized(clip, folder / "small.ts", *small),
            LARGE: resized(clip, folder / "large.ts", *large),
        }
        with av.open(str(clip)) as source:
            video = source.streams.video[0]
            self._fps, self._frames = int(video.average_rate), video.frames
        self._web = WebCamera(self._answer)
        self.is_cut = threading.Event()
        """The large stream ends, and is refused as long as this is set."""
        self.small, self.large = f"http://{self._web.host}{SMALL}", f"http://{self._web.host}{LARGE}"

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
        return path == LARGE and self.is_cut.is_set()

    def _send(self, path: str, out: av.container.OutputContainer) -> None:
        with av.open(str(self._clips[path])) as source:
            video = out.add_stream_from_template(source.streams.video[0])
        begun = False
        for number, packet in self._packets(self._clips[path]):
            if self._is_refused(path):
                return
            due = self._began + number / self._fps
            begun = begun or (packet.is_keyframe and due > time.monotonic() - 1 / self._fps)
            if not begun:
                continue
            if self._web.closing.wait(max(0.0, due - time.monotonic())):
                return
            packet.pts = packet.dts = 90_000 * number // self._fps
            packet.stream = video
            out.mux(packet)

    def _packets(self, clip: Path) -> Iterator[tuple[int, av.Packet]]:
        """All that was ever on, numbered from 0."""
        number = int((time.monotonic() - self._began) * self._fps) // self._frames * self._frames
        while True:
            with av.open(str(clip)) as source:
                for packet in source.demux(video=0):
                    if packet.size:
                        yield number, packet
                        number += 1
