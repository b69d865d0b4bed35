"""Cameras' streams for the bench: real H.264, made once from the street clip and kept in the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import av
import numpy as np
import numpy.typing as npt

from frigate_ext.demo.clip import fetch_clip
from frigate_ext.runtime.cache import cache_dir

FPS: Final = 15
_GOP: Final = 30
_WIDTH, _HEIGHT = 640, 360
_ACTIVE: Final = 10
_FILM: Final = 60
"""Seconds."""
_NOISE: Final = 1.0
"""Standard deviation, as after a camera's own noise reduction."""

Picture = npt.NDArray[np.uint8]


def active() -> Path:
    """The street clip itself: something moves all the time."""
    return _kept("active", lambda path: _encode(path, _street()))


def idle(turn: int) -> Path:
    """Nothing moves but for 10 s of 60; `turn` 0..5 says which, so that one camera in six is active."""
    return _kept(f"idle-{turn}", lambda path: _rotate(path, turn * _ACTIVE * FPS))


def describe(path: Path) -> str:
    """What the stream is, for people."""
    with av.open(str(path)) as film:
        seconds = float((film.duration or 1) / av.time_base)
    rate = path.stat().st_size * 8 / seconds / 1000
    return f"H.264 {_WIDTH}x{_HEIGHT}, {FPS} fps, a key frame every {_GOP / FPS:g} s, {rate:.0f} kbit/s"


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


def _rotate(path: Path, first: int) -> None:
    """Begin with packet `first`, a key frame: nothing is encoded again."""
    whole = _kept("idle", lambda at: _encode(at, _quiet_street()))
    with av.open(str(whole)) as source, av.open(str(path), "w") as film:
        (recorded,) = source.streams.video
        stream = film.add_stream_from_template(recorded)
        packets = [packet for packet in source.demux(recorded) if packet.size]
        step = (packets[1].dts or 1) - (packets[0].dts or 0)
        for number, packet in enumerate(packets[first:] + packets[:first]):
            packet.pts = packet.dts = number * step
            packet.stream = stream
            film.mux(packet)
