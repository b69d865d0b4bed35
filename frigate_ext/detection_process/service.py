"""The main process's side: keeps a detection process running and leaves out the cameras it fails on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from frigate_ext.detection_process.hangs import Hangs
from frigate_ext.detection_process.herald import Herald
from frigate_ext.detection_process.main import run
from frigate_ext.detection_process.marks import CrashMarks, Work
from frigate_ext.detection_process.quarantine import Quarantine
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.runtime.child import ChildExit, ChildPolicy, ChildSupervisor, ExitKind
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.link import ChildLink
from frigate_ext.runtime.processes import Usage

logger = logging.getLogger(__name__)

_HELD = "camera %s is left out for %.0f min: it was active in repeated crashes"
_GIVEN_UP = (
    "camera %s gets no full pictures for %.0f min, its alerts show the detect stream's: "
    "one was being made in repeated crashes"
)

_HUNG = {
    Work.DECODE: (
        "camera %s: decoding its stream has hung for %d s. The detection process is started anew, and the "
        "camera is left out for %.0f min, then tried again"
    ),
    Work.REWIND: (
        "camera %s: making a full picture has hung for %d s. The detection process is started anew, and the "
        "camera gets no full pictures for %.0f min: its alerts show the detect stream's"
    ),
}

Target = Callable[[DetectionSettings, CrashMarks, ChildLink], None]
"""What a detection process runs; importable by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionStats:
    pid: int | None
    """None while no process runs."""
    restarts: int
    errors: int
    """Records of level ERROR that the process which runs now has logged."""
    overload: int
    """0 while there is time for every frame; see `Ration`."""
    quarantined: tuple[str, ...]
    used: Usage | None = None
    """What a node takes of its host; of a process, its pid tells."""


class DetectionService:
    """Start, stop and join like a `Worker`; all methods are callable from any thread and don't block."""

    def __init__(
        self,
        settings: DetectionSettings,
        *,
        name: str = "detection",
        target: Target = run,
        policy: ChildPolicy | None = None,
        quarantine: Quarantine | None = None,
        full_pictures: Quarantine | None = None,
        hangs: Hangs | None = None,
    ) -> None:
        """`name` is the process's; `target` is what it runs, importable by name.

        `quarantine` is for cameras, `full_pictures` for those of which no full pictures are made; `hangs`
        says what takes too long.
        """
        self._settings = settings
        self._lock = threading.Lock()
        self._quarantine = quarantine or Quarantine()
        self._full_pictures = full_pictures or Quarantine()
        self._hangs = hangs or Hangs()
        self._gave_up: frozenset[str] = frozenset()
        self._marks = CrashMarks()
        self._child = ChildSupervisor(name, target, self._arguments, on_exit=self._ended, policy=policy)
        self._herald = Herald(
            f"fx-quarantine-{name}", settings, self._held, self._tell_present, self._look_after
        )

    def start(self) -> None:
        self._child.start()
        self._herald.start()

    def stop(self) -> None:
        self._child.stop()
        self._herald.stop()

    def join(self, timeout: float | None = None) -> bool:
        deadline = Deadline(3600.0 if timeout is None else timeout)
        return self._child.join(deadline.remaining()) and self._herald.join(deadline.remaining())

    def reconfigure(self, settings: DetectionSettings) -> None:
        """Work by other settings of the same bus: cameras whose own are as they were notice nothing.

        Another detector is loaded by a process that is started anew. One that is in quarantine and changed is
        tried again.
        """
        with self._lock:
            before, self._settings = self._settings, settings
            known = {camera.name: camera for camera in before.cameras}
            for quarantine in (self._quarantine, self._full_pictures):
                quarantine.pardon(one.name for one in settings.cameras if known.get(one.name) != one)
        if before.suits(settings):
            self._tell_present()
        else:
            logger.info("the detection process is started anew: its detector has changed")
            self._child.renew()

    def health(self) -> PartHealth:
        health = self._child.health
        if health.state is PartState.OK and (left_out := self._left_out()):
            return PartHealth(PartState.DEGRADED, left_out)
        if health.state is PartState.OK and self._child.report.get("overload"):
            return PartHealth(
                PartState.DEGRADED,
                "overloaded: cameras where no watch job looks lose turns, quiet ones first",
            )
        return health

    def stats(self) -> DetectionStats:
        return DetectionStats(
            pid=self._child.pid,
            restarts=self._child.restarts,
            errors=int(self._child.report.get("errors", 0)),
            overload=int(self._child.report.get("overload", 0)),
            quarantined=tuple(sorted(self._held())),
        )

    def _left_out(self) -> str:
        """In words, for people."""
        named = {"in quarantine": self._held(), "no full pictures": self._given_up()}
        return "; ".join(f"{what}: {', '.join(sorted(names))}" for what, names in named.items() if names)

    def _arguments(self) -> tuple[DetectionSettings, CrashMarks]:
        self._marks.clear()
        with self._lock:
            caution = self._quarantine.caution(time.monotonic())
        return replace(self._present(), alone_seconds=caution), self._marks

    def _present(self) -> DetectionSettings:
        """Without the cameras that are left out."""
        held, now = self._held(), time.monotonic()
        cameras = tuple(camera for camera in self._settings.cameras if camera.name not in held)
        given_up = {camera: now + left for camera, left in self._given_up().items()}
        return replace(self._settings, cameras=cameras, given_up=given_up)

    def _ended(self, ended: ChildExit) -> None:
        if ended.kind not in {ExitKind.CRASHED, ExitKind.HUNG}:
            return
        suspects, now = self._marks.suspects(), time.monotonic()
        logger.warning("at that time it worked on: %s", ", ".join(sorted(map(str, suspects))) or "no camera")
        pictures = {one.camera for one in suspects if one.work is Work.REWIND}
        cameras = {one.camera for one in suspects if one.work is not Work.REWIND}
        with self._lock:
            given_up = self._full_pictures.crashed(pictures, now)
            held = self._quarantine.crashed(cameras, now)
        for camera in sorted(given_up):
            logger.warning(_GIVEN_UP, camera, self._full_pictures.duration / 60)
        for camera in sorted(held):
            logger.warning(_HELD, camera, self._quarantine.duration / 60)

    def _held(self) -> dict[str, float]:
        """Cameras that are left out, and for how many seconds."""
        return self._held_by(self._quarantine, {camera.name for camera in self._settings.cameras})

    def _given_up(self) -> dict[str, float]:
        """Cameras of which no full pictures are made, and for how many seconds."""
        return self._held_by(
            self._full_pictures, {camera.name for camera in self._settings.cameras if camera.main}
        )

    def _held_by(self, quarantine: Quarantine, names: Collection[str]) -> dict[str, float]:
        with self._lock:
            held = quarantine.held(time.monotonic())
        return {camera: left for camera, left in held.items() if camera in names}

    def _look_after(self) -> None:
        """Once a second."""
        self._renew_if_hung()
        before, self._gave_up = self._gave_up, frozenset(self._given_up())
        if free := before - self._gave_up:
            logger.info("full pictures are tried again, on probation: %s", ", ".join(sorted(free)))

    def _renew_if_hung(self) -> None:
        """A crash has suspects, a hang a culprit: no second one is waited for.

        While a child loads a detector nothing is said to hang: its libraries may hold up all threads.
        """
        for camera, work in self._hangs.notice(self._marks.inside() if self._child.beats else ()):
            quarantine = self._full_pictures if work is Work.REWIND else self._quarantine
            with self._lock:
                quarantine.convict(camera, time.monotonic())
            logger.warning(_HUNG[work], camera, self._hangs.looks[work], quarantine.duration / 60)
            self._child.renew()

    def _tell_present(self) -> None:
        self._child.send(self._present())
