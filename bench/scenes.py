"""What is measured on: the street clip's own pictures, and objects that stand or walk."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import av
import numpy as np

from frigate_ext.capture.picture import Scaler
from frigate_ext.demo.clip import fetch_clip
from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Box, Size
from frigate_ext.domain.objects import Detection, TrackedObject

CAMERA = "street"


def street(count: int, size: Size | None = None) -> list[Frame]:
    """`count` frames spread over the clip, in its own size or squeezed into `size`."""
    with av.open(str(fetch_clip())) as container:
        decoded = list(container.decode(video=0))
    scaler = Scaler(size)
    frames = []
    for index in np.linspace(0, len(decoded) - 1, count).astype(int):
        y, u, v, full_range = scaler.planes(decoded[index])
        frames.append(Frame(CAMERA, float(index) / 25, y, u, v, full_range))
    return frames


def tiled(frame: Frame, size: Size) -> Frame:
    """A larger picture as rich in detail as a real one: `frame` repeated side by side, cut to `size`."""
    half = Size(size.width // 2, size.height // 2)
    planes = _tile(frame.y, size), _tile(frame.u, half), _tile(frame.v, half)
    return Frame(frame.camera, frame.time, *planes, frame.full_range)


def _tile(plane: Image, size: Size) -> Image:
    height, width = plane.shape
    repeated = np.tile(plane, (-(-size.height // height), -(-size.width // width)))
    return np.ascontiguousarray(repeated[: size.height, : size.width])


def somebody(camera: str, name: str, time: float, box: Box, *, stationary: bool = False) -> TrackedObject:
    """A real object."""
    return TrackedObject(
        id=name,
        camera=camera,
        label="person",
        frame_time=time,
        start_time=time,
        score=0.8,
        computed_score=0.8,
        top_score=0.8,
        false_positive=False,
        box=box,
        active=not stationary,
        stationary=stationary,
        motionless_count=100 if stationary else 0,
        position_changes=1,
    )


@dataclass
class _Walker:
    x: float
    y: float
    speed: float
    height: float


def crowd(walkers: int, frames: int, *, fps: float = 5.0, seed: int = 1) -> Iterator[list[Detection]]:
    """Detections of people who cross a 1280x720 picture on lanes; boxes jitter, one in twenty is missed."""
    for number, people in enumerate(named_crowd(walkers, frames, fps=fps, seed=seed)):
        yield [seen for seen, missed in people.values() if number < 5 or not missed]


def named_crowd(
    walkers: int, frames: int, *, fps: float = 5.0, seed: int = 1
) -> Iterator[dict[int, tuple[Detection, bool]]]:
    """The same people, and whether each is missed; whoever leaves the picture comes back as another."""
    chance = random.Random(seed)
    people = [
        _Walker(
            x=chance.uniform(0, 1280),
            y=120 + 600 * lane / walkers,
            speed=chance.uniform(20, 80) * chance.choice((-1, 1)),
            height=chance.uniform(60, 110),
        )
        for lane in range(walkers)
    ]
    for number in range(frames):
        seen = [_seen(person, number / fps, chance) for person in people]
        laps = [(person.x + person.speed * number / fps) // 1280 for person in people]
        names = [lane + round(lap) * walkers for lane, lap in enumerate(laps)]
        yield {name: (each, chance.random() <= 0.05) for name, each in zip(names, seen, strict=True)}


def _seen(person: _Walker, time: float, chance: random.Random) -> Detection:
    x = (person.x + person.speed * time) % 1280
    left, right = x - person.height / 5, x + person.height / 5
    edges = (left, person.y - person.height, right, person.y)
    box = Box(*(round(edge + chance.gauss(0, 1)) for edge in edges))
    return Detection("person", chance.uniform(0.6, 0.95), box)
