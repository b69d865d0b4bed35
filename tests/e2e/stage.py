"""A stage: a clip on which a visitor comes and goes by a script, every picture marked with its number.

The number stands in black and white blocks along the upper edge, then its complement, so that whoever gets a
picture, scaled and compressed, can tell which one of the clip it is, or that it is none.
"""

from pathlib import Path

import av
import cv2
import numpy as np
import simplejpeg
import ultralytics

WIDTH, HEIGHT, FPS = 960, 720, 10
FRAMES = 120
"""12 s, then it begins again."""
VISIT = range(50, 90)
"""The pictures that show the visitor."""
STRIP = 60
"""Pixels of the upper edge that carry the number."""
STRIP_MASK = f"0,0,1,0,1,{STRIP / HEIGHT + 0.01:.3f},0,{STRIP / HEIGHT + 0.01:.3f}"
"""The strip as a mask of motion: it changes with every picture."""
BITS = 7

_VISITOR = (221, 405, 345, 860)
"""Box of a woman on ultralytics' photo of a bus."""


_SIGN = (slice(120, 240), slice(520, 920))
_SMALL_PRINT = (slice(270, 294), slice(520, 680))
_READABLE = 40
"""Grey levels that the pixels of a sign differ by while its letters are there."""


def write_clip(path: Path, sign: str = "") -> Path:
    """`sign` stands on a board, all the time, and once more below in small print."""
    with av.open(str(path), "w") as clip:
        stream = clip.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": str(FPS), "bf": "0", "crf": "20"}
        visitor = _visitor()
        for number in range(FRAMES):
            pixels = _picture(number, visitor)
            if sign:
                pixels[_SIGN] = 245
                cv2.putText(pixels, sign, (535, 195), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (10, 10, 10), 4)
                pixels[_SMALL_PRINT] = 245
                cv2.putText(pixels, sign, (526, 287), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (10, 10, 10), 1)
            picture = av.VideoFrame.from_ndarray(pixels, "bgr24")
            clip.mux(stream.encode(picture))
        clip.mux(stream.encode())
    return path


def number_of(jpeg: bytes) -> int | None:
    """The number a picture of the clip shows; None where there is no valid one."""
    gray = simplejpeg.decode_jpeg(jpeg, "GRAY")[:, :, 0]
    height, width = gray.shape
    row = gray[int(STRIP / 2 * height / HEIGHT)]
    levels = [int(row[int((block + 0.5) * width / (2 * BITS + 2))]) for block in range(2 * BITS + 2)]
    if any(64 < level < 192 for level in levels):
        return None
    white = [level > 128 for level in levels]
    number, complement, guards = white[:BITS], white[BITS : 2 * BITS], white[2 * BITS :]
    if guards != [True, False] or any(a == b for a, b in zip(number, complement, strict=True)):
        return None
    return sum(1 << bit for bit, is_one in enumerate(reversed(number)) if is_one)


def sign_is_readable(jpeg: bytes) -> bool:
    """On the board or in small print."""
    gray = simplejpeg.decode_jpeg(jpeg, "GRAY")[:, :, 0]
    scale = gray.shape[0] / HEIGHT
    differ = (
        gray[tuple(slice(int(side.start * scale) + 1, int(side.stop * scale) - 1) for side in place)].std()
        for place in (_SIGN, _SMALL_PRINT)
    )
    return bool(max(differ) > _READABLE)


def shows_visitor(number: int | None) -> bool:
    return number in VISIT


def _picture(number: int, visitor: np.ndarray) -> np.ndarray:
    """`uint8 (HEIGHT, WIDTH, 3)` BGR."""
    picture = np.repeat(np.linspace(150, 90, HEIGHT, dtype=np.uint8)[:, None, None], 3, 2).repeat(WIDTH, 1)
    bits = [number >> bit & 1 for bit in reversed(range(BITS))]
    blocks = [*bits, *(1 - bit for bit in bits), 1, 0]
    picture[:STRIP] = np.repeat(np.array(blocks, np.uint8) * 255, WIDTH // len(blocks))[None, :, None]
    if number in VISIT:
        height, width = visitor.shape[:2]
        left, top = 200 + 8 * (number - VISIT.start), HEIGHT - height - 40
        picture[top : top + height, left : left + width] = visitor
    return picture


def _visitor() -> np.ndarray:
    photo = cv2.imread(str(Path(ultralytics.__file__).with_name("assets") / "bus.jpg"))
    x1, y1, x2, y2 = _VISITOR
    return photo[y1:y2, x1:x2]
