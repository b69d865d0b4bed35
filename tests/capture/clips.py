"""Clips and JPEGs whose pictures carry their number, so that a test can tell which one arrived."""

from pathlib import Path

import av
import numpy as np
import simplejpeg

from frigate_ext.domain.frame import Frame

BITS = 6
BAR = 40
"""Pixels; wide enough for any codec and scaler."""
CLIP_FRAMES = 40


def numbered_picture(number: int) -> np.ndarray:
    """`uint8 (120, 240, 3)`: six bars, white for the one bits of `number`, the highest leftmost."""
    bars = [255 * (number >> bit & 1) for bit in reversed(range(BITS))]
    return np.repeat(np.array(bars, np.uint8), BAR)[None, :, None].repeat(120, 0).repeat(3, 2)


def number_of(frame: Frame) -> int:
    """The number a frame of `numbered_picture` shows, whatever its size and range."""
    height, width = frame.y.shape
    centres = [int((bar + 0.5) * width / BITS) for bar in range(BITS)]
    return int("".join(str(int(frame.y[height // 2, x] > 128)) for x in centres), 2)


def numbered_jpeg(number: int) -> bytes:
    return simplejpeg.encode_jpeg(numbered_picture(number), colorspace="BGR")


def write_clip(
    path: Path,
    *,
    frames: int = CLIP_FRAMES,
    fps: int = 25,
    b_frames: int = 0,
    options: dict[str, str] | None = None,
) -> Path:
    with av.open(str(path), "w", options=options) as clip:
        stream = clip.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 240, 120, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": "10", "bf": str(b_frames)}
        for number in range(frames):
            picture = av.VideoFrame.from_ndarray(numbered_picture(number), "bgr24")
            clip.mux(stream.encode(picture))
        clip.mux(stream.encode())
    return path
