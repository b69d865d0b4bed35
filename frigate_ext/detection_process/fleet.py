"""The detection processes of this machine, each supervised on its own, with the cameras shared out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from frigate_ext.detection_process.main import run
from frigate_ext.detection_process.service import DetectionService, DetectionStats, Target
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.detection_process.sharding import Place, Sharing, groups_of, homes
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth


class DetectionFleet:
    """Start, stop and join like a `Worker`; all methods are callable from any thread and don't block.

    Processes are called `detection`, `detection-2` and so on; one without cameras is not started.
    """

    def __init__(self, settings: DetectionSettings, sharing: Sharing, *, target: Target = run) -> None:
        """`target` is as for `DetectionService`."""
        self._target = target
        self._places, shares = _shared_out(settings, sharing, {})
        self._services = {name: self._service(name, share) for name, share in shares.items()}
        self._left: list[DetectionService] = []
        """Those that were stopped since they have no cameras any more."""

    def reconfigure(self, settings: DetectionSettings, sharing: Sharing) -> None:
        """Work by other settings of the same bus; cameras stay where they are as far as they can.

        For one thread, between `start` and `stop`.
        """
        places, shares = _shared_out(settings, sharing, self._places)
        before = self._services
        for name in before.keys() - shares:
            before[name].stop()
            self._left.append(before[name])
        for name in before.keys() & shares:
            before[name].reconfigure(shares[name])
        services = {name: before.get(name) or self._service(name, share) for name, share in shares.items()}
        for name in shares.keys() - before:
            services[name].start()
        self._places, self._services = places, services

    def _service(self, name: str, share: DetectionSettings) -> DetectionService:
        return DetectionService(share, name=name, target=self._target)

    def start(self) -> None:
        for service in self._services.values():
            service.start()

    def stop(self) -> None:
        for service in self._services.values():
            service.stop()

    def join(self, timeout: float | None = None) -> bool:
        deadline = Deadline(3600.0 if timeout is None else timeout)
        services = [*self._services.values(), *self._left]
        return all(service.join(deadline.remaining()) for service in services)

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


def _shared_out(
    settings: DetectionSettings, sharing: Sharing, before: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, DetectionSettings]]:
    """Which process has each camera, and what each process that is needed is to do."""
    names = ["detection", *(f"detection-{number}" for number in range(2, sharing.processes + 1))]
    groups = groups_of(
        [camera.name for camera in settings.cameras],
        {camera.name: camera.neighbours for camera in settings.cameras},
    )
    places = homes(groups, [Place(name) for name in names], before)
    used = [name for name in names if name == names[0] or name in places.values()]
    return places, {name: _share(settings, places, name, len(used)) for name in used}


def _share(settings: DetectionSettings, places: dict[str, str], name: str, shares: int) -> DetectionSettings:
    cameras = tuple(camera for camera in settings.cameras if places[camera.name] == name)
    return replace(settings, cameras=cameras, ring_bytes=settings.ring_bytes // shares)
