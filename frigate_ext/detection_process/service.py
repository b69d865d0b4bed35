"""The main process's side: keeps a detection process running and leaves out the cameras that crash it."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from frigate_ext.bus.publisher import Publisher, new_epoch
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.detection_process.main import run
from frigate_ext.detection_process.marks import CrashMarks
from frigate_ext.detection_process.quarantine import Quarantine
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.domain.camera import CameraState
from frigate_ext.runtime.child import ChildExit, ChildPolicy, ChildSupervisor, ExitKind
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth, PartState
from frigate_ext.runtime.link import ChildLink
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)


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
    ) -> None:
        """`name` is the process's; `target` is what it runs, importable by name."""
        self._settings = settings
        self._lock = threading.Lock()
        self._quarantine = quarantine or Quarantine()
        self._marks = CrashMarks()
        self._child = ChildSupervisor(name, target, self._arguments, on_exit=self._ended, policy=policy)
        self._herald = _Herald(f"fx-quarantine-{name}", settings, self._held, self._tell_present)

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
            self._quarantine.pardon(one.name for one in settings.cameras if known.get(one.name) != one)
        if before.suits(settings):
            self._tell_present()
        else:
            logger.info("the detection process is started anew: its detector has changed")
            self._child.renew()

    def health(self) -> PartHealth:
        health = self._child.health
        if health.state is PartState.OK and (held := self._held()):
            return PartHealth(PartState.DEGRADED, f"in quarantine: {', '.join(sorted(held))}")
        if health.state is PartState.OK and self._child.report.get("overload"):
            return PartHealth(PartState.DEGRADED, "overloaded: cameras where nothing moves get fewer turns")
        return health

    def stats(self) -> DetectionStats:
        return DetectionStats(
            pid=self._child.pid,
            restarts=self._child.restarts,
            errors=int(self._child.report.get("errors", 0)),
            overload=int(self._child.report.get("overload", 0)),
            quarantined=tuple(sorted(self._held())),
        )

    def _arguments(self) -> tuple[DetectionSettings, CrashMarks]:
        self._marks.clear()
        with self._lock:
            caution = self._quarantine.caution(time.monotonic())
        return replace(self._present(), alone_seconds=caution), self._marks

    def _present(self) -> DetectionSettings:
        """Without the cameras that are left out."""
        held = self._held()
        cameras = tuple(camera for camera in self._settings.cameras if camera.name not in held)
        return replace(self._settings, cameras=cameras)

    def _ended(self, ended: ChildExit) -> None:
        if ended.kind not in {ExitKind.CRASHED, ExitKind.HUNG}:
            return
        suspects = self._marks.suspects()
        with self._lock:
            held = self._quarantine.crashed(suspects, time.monotonic())
        logger.warning("at that time it worked on: %s", ", ".join(sorted(suspects)) or "no camera")
        for camera in sorted(held):
            logger.warning(
                "camera %s is left out for %.0f min: it was active in repeated crashes",
                camera,
                self._quarantine.duration / 60,
            )

    def _held(self) -> dict[str, float]:
        with self._lock:
            held = self._quarantine.held(time.monotonic())
            names = {camera.name for camera in self._settings.cameras}
        return {camera: left for camera, left in held.items() if camera in names}

    def _tell_present(self) -> None:
        self._child.send(self._present())


class _Herald(Worker):
    """Tells the bus once a second about cameras in quarantine, and the service when one leaves it."""

    def __init__(
        self,
        name: str,
        settings: DetectionSettings,
        held: Callable[[], dict[str, float]],
        released: Callable[[], None],
    ) -> None:
        super().__init__(name)
        self._settings = settings
        self._held = held
        self._released = released

    def run(self) -> None:
        publisher, said = Publisher(self._settings.endpoint, self._settings.keys), Counter[str]()
        before: dict[str, float] = {}
        epochs: dict[str, int] = {}
        while not self.stopping.wait(1.0):
            held = self._held()
            epochs = {camera: epochs.get(camera) or new_epoch(self._settings.clock_ahead) for camera in held}
            for camera, left in held.items():
                publisher.publish(_quarantined(camera, left, epochs[camera], said[camera]))
                said[camera] += 1
            if free := before.keys() - held:
                logger.info("tried again, on probation: %s", ", ".join(sorted(free)))
                self._released()
            before = held
        publisher.close()


def _quarantined(camera: str, left: float, epoch: int, seq: int) -> CameraUpdate:
    return CameraUpdate(
        camera=camera,
        epoch=epoch,
        seq=seq,
        time=time.time(),
        state=CameraState.QUARANTINED,
        detail=f"active in repeated crashes of the detection process; tried again in {left / 60:.0f} min",
    )
