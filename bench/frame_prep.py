"""`frame_prep_speedup`: a 1080p frame becomes the JPEG a model is shown, from planes and by way of BGR."""

from __future__ import annotations

from statistics import median

import cv2
import numpy as np

from bench import scenes
from bench.clock import race
from bench.record import Record, Target, timing
from frigate_ext.bus.encode import View, encode_jpeg, view_of
from frigate_ext.domain.frame import Frame, Image
from frigate_ext.domain.geometry import Size

_FULL_HD = Size(1920, 1080)
_HEIGHT = 480
_QUALITY = 80
_NEEDED = Target(5)


def run(*, quick: bool) -> list[Record]:
    cv2.setNumThreads(1)
    frames = [scenes.tiled(frame, _FULL_HD) for frame in scenes.street(4)]
    view = view_of(_FULL_HD, None, _HEIGHT)
    pictures = [_i420(frame) for frame in frames]
    turns = [
        (
            lambda: [encode_jpeg(frame, view, _QUALITY) for frame in frames],
            lambda: [_by_way_of_bgr(i420, view) for i420 in pictures],
        )
    ] * (10 if quick else 60)
    measured = race(turns, per_turn=len(frames))
    versus = f"BGR, INTER_AREA and cv2.imencode at the same quality ({measured.times})"
    alike = median(_psnr(encode_jpeg(frame, view, _QUALITY), frame, view) for frame in frames)
    return [
        timing("frame_prep_speedup", measured.speedup, "x", versus, _NEEDED, repetitions=measured.speedups),
        timing("frame_prep_psnr_db", alike, "dB", "the JPEG made by way of BGR"),
    ]


def _by_way_of_bgr(i420: Image, view: View) -> bytes:
    bgr = cv2.cvtColor(i420, cv2.COLOR_YUV2BGR_I420)
    small = cv2.resize(bgr, view.size, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def _i420(frame: Frame) -> Image:
    """The planes as OpenCV wants them, `uint8 (H * 3 / 2, W)`; a user of OpenCV has them so, for nothing."""
    rows, columns = frame.y.shape
    return np.concatenate([frame.y.ravel(), frame.u.ravel(), frame.v.ravel()]).reshape(rows * 3 // 2, columns)


def _psnr(jpeg: bytes, frame: Frame, view: View) -> float:
    theirs = _by_way_of_bgr(_i420(frame), view)
    return float(cv2.PSNR(_decoded(jpeg), _decoded(theirs)))


def _decoded(jpeg: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
