"""Frames of several cameras before the detector in one go: its weights come into the cache once for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from time import perf_counter

from frigate_ext.detect.shot import Shot
from frigate_ext.detection_process.camera import CameraLoop
from frigate_ext.domain.objects import Detection
from frigate_ext.pipeline import Draft

TOGETHER = 4
"""Cameras whose waiting frames are looked at in one go: more would wait longer for hardly less work."""

InferAll = Callable[[Sequence[Shot]], list[list[Detection]]]
"""`frigate_ext.detect.detector.Detector.infer_all`."""


def look_together(waiting: Sequence[tuple[CameraLoop, Draft]], infer_all: InferAll) -> None:
    """Show all drafts to the detector, and let each camera go on with what was seen of its own.

    Where that fails each is tried alone, so that no camera blinds another one.
    """
    shots = [shot for _, draft in waiting for shot in draft.shots or ()]
    began = perf_counter()
    try:
        with ExitStack() as marks:
            for camera, _ in waiting:
                marks.enter_context(camera.guard)
            seen = infer_all(shots)
    except Exception:  # noqa: BLE001 - logged where one alone fails, too
        if len(waiting) == 1:
            waiting[0][0].failed()
        else:
            for one in waiting:
                look_together([one], infer_all)
        return
    _share_out(waiting, seen, (perf_counter() - began) / max(1, len(shots)))


def _share_out(
    waiting: Sequence[tuple[CameraLoop, Draft]], seen: Sequence[list[Detection]], seconds: float
) -> None:
    """`seconds` are those of one shot."""
    at = 0
    for camera, draft in waiting:
        count = len(draft.shots or ())
        camera.conclude(draft, seen[at : at + count], count * seconds)
        at += count
