"""`regions_recall_*`: what looking at regions finds and costs, beside looking at whole frames.

One CCTV clip, one set of weights. What the weights find in whole frames at 1280 px is taken for the truth.
"""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean

import cv2

from bench import clips
from bench.matching import matched
from bench.record import Record, Target, count, timing
from frigate_ext.demo.clip import fetch_clip
from frigate_ext.detect.detector import Detector, DetectorSettings, load_detector
from frigate_ext.detect.motion import MotionSettings
from frigate_ext.domain.frame import Frame
from frigate_ext.domain.geometry import Box, iou
from frigate_ext.domain.objects import Detection
from frigate_ext.pipeline import Pipeline, PipelineSettings
from frigate_ext.runtime.cache import cache_dir

_FPS = 5.0
_SCORE = 0.3
_LABEL = "person"
_LABELS = ("person", "bicycle", "car", "dog", "truck", "bus")
_DEFAULT = DetectorSettings().region
_REGIONS = (256, _DEFAULT)
_SIZE = DetectorSettings().size
"""Of the product's looks at whole frames."""
_PLAIN = 640
"""Of what it is compared with."""
_PARTS = 8


def run(*, quick: bool) -> list[Record]:
    most = 100 if quick else 1_000_000
    cv2.setNumThreads(1)
    frames = list(itertools.islice(clips.frames(clips.fetch_cctv(), _FPS), most))
    truth = _Whole(1280)
    people = [truth.people(frame) for frame in frames]
    wanted = sum(map(len, people))
    plain, small = _Whole(_PLAIN), _Whole(_SIZE)
    sides = {region: _Regions(region) for region in _REGIONS}
    for part in range(_PARTS):
        for side in (plain, small, *sides.values()):
            for number in _part(len(frames), part):
                side.add(people[number], frames[number])
    against = f"{wanted} persons found in whole frames at 1280 px (score {_SCORE}, IoU 0.5)"
    records = [
        count(f"regions_recall_whole{size}", side.found / wanted, "share", against)
        for size, side in ((_PLAIN, plain), (_SIZE, small))
    ]
    for region in _REGIONS:
        ours = sides[region]
        records.append(_recall(ours, region, plain, wanted, against))
        records.append(_cpu(ours, region, plain))
    return [*records, _lost(most)]


class _Whole:
    """Whole frames, one after the other."""

    def __init__(self, size: int, region: int = 0) -> None:
        self.found = 0
        self.seconds: list[float] = []
        self._detector = _detector(size, region)

    def people(self, frame: Frame) -> list[Box]:
        return _people(self._detector.infer(frame))

    def add(self, wanted: Sequence[Box], frame: Frame) -> None:
        """CPU time of every thread counts; waiting does not."""
        began = time.process_time()
        got = self.people(frame)
        self.seconds.append(time.process_time() - began)
        self.found += matched(wanted, got)


class _Regions(_Whole):
    """The product's pipeline with motion gate, regions and tracker."""

    def __init__(self, region: int) -> None:
        super().__init__(_SIZE, region)
        self._pipeline = Pipeline(PipelineSettings(camera="clip", labels=(_LABEL,), fps=_FPS), self._detector)

    def people(self, frame: Frame) -> list[Box]:
        """What was found, and objects at rest that nobody had to look at."""
        step = self._pipeline.step(frame)
        found = _people(step.found)
        resting = [o.box for o in step.objects if o.stationary and o.is_seen and o.end_time is None]
        return found + [box for box in resting if not matched([box], found)]


def _detector(size: int, region: int) -> Detector:
    settings = DetectorSettings(size=size, region=region, threads=1, backend="openvino")
    return load_detector(settings, cache_dir())


def _people(found: Iterable[Detection]) -> list[Box]:
    return [seen.box for seen in found if seen.label == _LABEL and seen.score >= _SCORE]


def _recall(ours: _Whole, region: int, plain: _Whole, wanted: int, against: str) -> Record:
    target = Target(plain.found / wanted) if region == _DEFAULT else None
    return count(f"regions_recall_{region}", ours.found / wanted, "share", against, target)


def _cpu(ours: _Whole, region: int, plain: _Whole) -> Record:
    shares = [_sum(ours, part) / _sum(plain, part) for part in range(_PARTS)]
    versus = (
        f"whole frames at 640 px and nothing else, one thread; with motion gate and tracker "
        f"{1000 * fmean(ours.seconds):.3g} vs {1000 * fmean(plain.seconds):.3g} ms of CPU time a frame"
    )
    share = sum(ours.seconds) / sum(plain.seconds)
    target = Target(1, at_most=True) if region == _DEFAULT else None
    return timing(f"regions_cpu_{region}", share, "x", versus, target, repetitions=shares)


def _part(frames: int, part: int) -> range:
    """Numbers of the frames in one part of the clip: a turn of each side."""
    return range(frames * part // _PARTS, frames * (part + 1) // _PARTS)


def _sum(side: _Whole, part: int) -> float:
    """CPU seconds of one turn."""
    return sum(side.seconds[number] for number in _part(len(side.seconds), part))


def _lost(most: int) -> Record:
    """Objects that tracking every whole frame believes in, and that the product never has where they are."""
    lost = total = 0
    for clip in (fetch_clip(), clips.fetch_cctv()):
        frames = list(itertools.islice(clips.frames(clip, _FPS), most))
        naive = _objects(frames, MotionSettings(enabled=False), _detector(_PLAIN, 0))
        ours = _objects(frames, MotionSettings(), _detector(_SIZE, _DEFAULT))
        total += len(naive)
        lost += sum(not _met(boxes, ours) for boxes in naive.values())
    versus = (
        f"{total} objects of two clips that the detector at 640 px on every frame and the same tracker find"
    )
    return count("regions_lost", lost, "objects", versus, Target(0, at_most=True))


def _objects(frames: Iterable[Frame], motion: MotionSettings, detector: Detector) -> dict[str, _Path]:
    """Where each believed object was, by the frame's time."""
    settings = PipelineSettings(camera="clip", labels=_LABELS, fps=_FPS, motion=motion)
    pipeline = Pipeline(settings, detector)
    paths: dict[str, _Path] = defaultdict(dict)
    for frame in frames:
        for seen in pipeline.step(frame).objects:
            if seen.is_real and seen.is_seen:
                paths[seen.id][frame.time] = (seen.label, seen.box)
    return paths


_Path = dict[float, tuple[str, Box]]


def _met(path: _Path, others: dict[str, _Path]) -> bool:
    """Whether one of `others` has the same label in the same place at the same time, once at least."""
    return any(
        time in other and other[time][0] == label and iou(other[time][1], box) >= 0.5
        for time, (label, box) in path.items()
        for other in others.values()
    )
