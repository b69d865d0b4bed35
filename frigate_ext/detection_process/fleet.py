"""The detection processes of this machine, each supervised on its own, with the cameras shared out."""

from __future__ import annotations

from dataclasses import replace

from frigate_ext.detection_process.loop import run
from frigate_ext.detection_process.service import DetectionService, DetectionStats, Target
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.detection_process.sharding import Place, groups_of, homes
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth


class DetectionFleet:
    """Start, stop and join like a `Worker`; all methods are callable from any thread and don't block.

    Processes are called `detection`, `detection-2` and so on; one without cameras is not started.
    """

    def __init__(self, settings: DetectionSettings, *, target: Target = run) -> None:
        """`target` is as for `DetectionService`."""
        names = ["detection", *(f"detection-{number}" for number in range(2, settings.processes + 1))]
        groups = groups_of(
            [camera.name for camera in settings.cameras],
            {camera.name: camera.neighbours for camera in settings.cameras},
        )
        self._places = homes(groups, [Place(name) for name in names], {})
        used = [name for name in names if name == names[0] or name in self._places.values()]
        self._services = {
            name: DetectionService(_share(settings, self._places, name, len(used)), name=name, target=target)
            for name in used
        }

    def start(self) -> None:
        for service in self._services.values():
            service.start()

    def stop(self) -> None:
        for service in self._services.values():
            service.stop()

    def join(self, timeout: float | None = None) -> bool:
        deadline = Deadline(3600.0 if timeout is None else timeout)
        return all(service.join(deadline.remaining()) for service in self._services.values())

    def health(self) -> dict[str, PartHealth]:
        """By process."""
        return {name: service.health() for name, service in self._services.items()}

    def stats(self) -> dict[str, DetectionStats]:
        """By process."""
        return {name: service.stats() for name, service in self._services.items()}

    def pids(self) -> dict[str, int | None]:
        """By process; None while it does not run."""
        return {name: stats.pid for name, stats in self.stats().items()}

    def places(self) -> dict[str, str]:
        """The process that has each camera."""
        return dict(self._places)


def _share(settings: DetectionSettings, places: dict[str, str], name: str, shares: int) -> DetectionSettings:
    cameras = tuple(camera for camera in settings.cameras if places[camera.name] == name)
    return replace(settings, cameras=cameras, ring_bytes=settings.ring_bytes // shares)
