"""Cameras' streams for the bench: real H.264, made once from the street clip and kept in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt

from bench.clips import fetch_cctv
from frigate_ext.demo.clip import fetch_clip
from frigate_ext.runtime.cache import cache_dir

FPS: Final = 15
_GOP: Final = 30
_WIDTH, _HEIGHT = 640, 360
_ACTIVE: Final = 10
_FILM: Final = 60
"""Seconds."""
_SENT: Final = 120
"""Seconds; nothing that is measured lasts longer."""
_SPREAD: Final = (5**0.5 - 1) / 2
"""Multiples of the golden ratio, less the whole part, are spread evenly however many there are."""
_NOISE: Final = 1.0
"""Standard deviation, as after a camera's own noise reduction."""

Picture = npt.NDArray[np.uint8]


def active() -> Path:
    """The street clip itself: something moves all the time."""
    return _kept("active", lambda path: _encode(path, _street()))


def idle() -> Path:
    """Nothing moves but for 10 s of 60."""
    return _kept("idle", lambda path: _encode(path, _quiet_street()))


def courtyard() -> Path:
    """From a camera that stands still: several walkers at any time, most of them small."""
    return _kept("courtyard", lambda path: _encode(path, _courtyard()))


def describe(path: Path) -> str:
    """What the stream is, for people."""
    with av.open(str(path)) as film:
        seconds = float((film.duration or 1) / av.time_base)
    rate = path.stat().st_size * 8 / seconds / 1000
    return f"H.264 {_WIDTH}x{_HEIGHT}, {FPS} fps, a key frame every {_GOP / FPS:g} s, {rate:.0f} kbit/s"


def of_its_own(film: Path, number: int, path: Path) -> None:
    """Write to `path` what camera `number` sends: the same again and again, in step with no other camera.

    It begins elsewhere, and its pictures come a fraction of a picture's time later; both are spread evenly.
    Nothing is encoded again.
    """
    with av.open(str(film)) as source, av.open(str(path), "w") as sent:
        (recorded,) = source.streams.video
        stream = sent.add_stream_from_template(recorded)
        packets = [packet for packet in source.demux(recorded) if packet.size]
        first, late = divmod(number * _SPREAD % 1 * len(packets), 1)
        for place in range(_SENT * FPS):
            packet = packets[(int(first) + place) % len(packets)]
            packet.stream, packet.time_base = stream, Fraction(1, 1000 * FPS)
            packet.pts = packet.dts = round(1000 * (place + late * (place > 0)))
            sent.mux(packet)


def _kept(name: str, make: Callable[[Path], None]) -> Path:
    path = cache_dir() / "bench" / f"{name}-1.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        begun = path.with_name(f"making-{path.name}")
        make(begun)
        begun.replace(path)
    return path


def _street() -> Iterator[Picture]:
    """10 s of it, as if it had been filmed at FPS."""
    with av.open(str(fetch_clip())) as clip:
        for number, frame in enumerate(clip.decode(video=0)):
            if number * FPS % 25 < FPS:
                yield frame.to_ndarray(width=_WIDTH, height=_HEIGHT, format="bgr24")


def _courtyard() -> Iterator[Picture]:
    """80 s at 10 fps, every other picture shown twice; the middle of it, in 16:9."""
    with av.open(str(fetch_cctv())) as clip:
        for number, frame in enumerate(clip.decode(video=0)):
            rows = frame.width * _HEIGHT // _WIDTH
            top = (frame.height - rows) // 2
            picture = frame.to_ndarray(format="bgr24")[top : top + rows]
            small = cv2.resize(picture, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA).astype(np.uint8)
            yield from [small] * (1 + number % 2)


def _quiet_street() -> Iterator[Picture]:
    """The clip, and then its last picture with a little noise."""
    pictures = list(_street())[: _ACTIVE * FPS]
    yield from pictures
    chance = np.random.default_rng(1)
    for _ in range((_FILM - _ACTIVE) * FPS):
        noise = chance.normal(0, _NOISE, (_HEIGHT, _WIDTH, 1))
        yield np.clip(pictures[-1] + noise, 0, 255).astype(np.uint8)


def _encode(path: Path, pictures: Iterable[Picture]) -> None:
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        regular = {"g": str(_GOP), "keyint_min": str(_GOP), "sc_threshold": "0", "bf": "0"}
        stream.options = {"preset": "veryfast", "crf": "26", **regular}
        for picture in pictures:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        film.mux(stream.encode())
