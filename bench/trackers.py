"""`tracker_idf1_*`, `tracker_hota_*`: how well tracks keep to who is who, beside ultralytics' own trackers.

Two scenes. The script knows the truth: people on lanes, jittering boxes, one in twenty missed. For the CCTV
clip nobody wrote the truth down: it is taken from twice the frame rate, weights at 1280 px and ultralytics'
own BoT-SORT, which favours ultralytics if anybody.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
from trackeval.metrics import HOTA, Identity  # type: ignore[import-untyped]  # it has no types
from ultralytics.engine.results import Boxes as BoxRows
from ultralytics.trackers import BOTSORT, BYTETracker
from ultralytics.utils import ROOT, YAML, IterableSimpleNamespace

from bench import clips, scenes
from bench.record import Record, Target, count
from frigate_ext.detect.detector import DetectorSettings, load_detector
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.objects import Detection
from frigate_ext.runtime.cache import cache_dir
from frigate_ext.track.association import overlaps
from frigate_ext.track.tracker import Tracker

_FPS = 5
_STRONG = 0.5

Boxes = dict[int, Box]
"""By whose they are."""


class _Scene(NamedTuple):
    name: str
    truth: list[Boxes]
    seen: list[list[Detection]]


class _Score(NamedTuple):
    idf1: float
    hota: float


def run(*, quick: bool) -> list[Record]:
    records = []
    for scene in (_script(frames=100 if quick else 300), _cctv(most=100 if quick else 1_000_000)):
        ways = (_ours(scene.seen), _theirs(BYTETracker, scene.seen), _theirs(BOTSORT, scene.seen))
        scores = [_score(scene.truth, tracked) for tracked in ways]
        for metric in _Score._fields:
            ours, byte, sort = (float(getattr(score, metric)) for score in scores)
            versus = (
                f"ultralytics' ByteTrack {byte:.3f} and BoT-SORT {sort:.3f} as they come, from the same "
                f"detections; {len(scene.truth)} frames"
            )
            records.append(
                count(f"tracker_{metric}_{scene.name}", ours, "share", versus, Target(round(byte, 3)))
            )
    return records


def _script(frames: int) -> _Scene:
    """Two people have a lane in common, so that they meet."""
    truth, seen = [], []
    for people in scenes.named_crowd(30, frames, fps=_FPS):
        truth.append({name: person.box for name, (person, _) in people.items()})
        seen.append([person for person, missed in people.values() if not missed])
    return _Scene("script", truth, seen)


def _cctv(most: int) -> _Scene:
    fine, usual = (load_detector(DetectorSettings(size=size, region=0), cache_dir()) for size in (1280, 640))
    teacher = _Ultralytics(BOTSORT)
    truth, seen = [], []
    for number, frame in enumerate(itertools.islice(clips.frames(clips.fetch_cctv(), 2 * _FPS), 2 * most)):
        who = teacher.step(_persons(fine.infer(frame)))
        if number % 2 == 0:
            truth.append(who)
            seen.append(_persons(usual.infer(frame)))
    return _Scene("cctv", truth, seen)


def _persons(found: Sequence[Detection]) -> list[Detection]:
    return [seen for seen in found if seen.label == "person"]


def _ours(frames: Sequence[Sequence[Detection]]) -> Iterator[Boxes]:
    """Confirmed tracks in each frame, where they were seen; confirmed at the second sight, as theirs are."""
    tracker = Tracker(fps=_FPS, min_initialized=1, max_disappeared=5 * _FPS)
    for number, seen in enumerate(frames):
        strong = [detection for detection in seen if detection.score >= _STRONG]
        faint = [detection for detection in seen if detection.score < _STRONG]
        live = tracker.step(strong, faint, number / _FPS).live
        yield {track.serial: track.box for track in live if track.confirmed and track.detected}


def _theirs(maker: Any, frames: Sequence[Sequence[Detection]]) -> Iterator[Boxes]:
    tracker = _Ultralytics(maker)
    return (tracker.step(seen) for seen in frames)


class _Ultralytics:
    """A tracker with the options that ultralytics ships, but for camera-motion compensation."""

    def __init__(self, maker: Any) -> None:
        name = "botsort" if maker is BOTSORT else "bytetrack"
        options = YAML.load(ROOT / "cfg" / "trackers" / f"{name}.yaml")
        self._tracker = maker(IterableSimpleNamespace(**options | {"gmc_method": "none"}))

    def step(self, seen: Sequence[Detection]) -> Boxes:
        rows = np.array([[*d.box, d.score, 0] for d in seen], np.float32).reshape(-1, 6)
        tracked = self._tracker.update(BoxRows(rows, (1, 1)))
        return {int(row[4]): Box(*row[:4].round().astype(int).tolist()) for row in tracked}


def _score(truth: Sequence[Boxes], tracked: Iterator[Boxes]) -> _Score:
    """IDF1 (Ristani et al., 2016) and HOTA (Luiten et al., IJCV 2021), by TrackEval."""
    frames = list(zip(truth, tracked, strict=True))
    data = _for_trackeval(frames)
    idf1 = Identity({"PRINT_CONFIG": False}).eval_sequence(data)["IDF1"]
    hota = fmean(HOTA().eval_sequence(data)["HOTA"].tolist())
    return _Score(float(idf1), float(hota))


def _for_trackeval(frames: Sequence[tuple[Boxes, Boxes]]) -> dict[str, Any]:
    numbers: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for side, known in enumerate(numbers):
        for frame in frames:
            for name in frame[side]:
                known.setdefault(name, len(known))
    ids = [
        [np.array([known[name] for name in frame[side]], int) for frame in frames]
        for side, known in enumerate(numbers)
    ]
    return {
        "num_timesteps": len(frames),
        "num_gt_ids": len(numbers[0]),
        "num_tracker_ids": len(numbers[1]),
        "num_gt_dets": sum(map(len, ids[0])),
        "num_tracker_dets": sum(map(len, ids[1])),
        "gt_ids": ids[0],
        "tracker_ids": ids[1],
        "similarity_scores": [overlaps(_array(truth), _array(tracked))[0] for truth, tracked in frames],
    }


def _array(boxes: Boxes) -> Any:
    return np.array(list(boxes.values()), np.float64).reshape(-1, 4)
