"""Who works on cameras: processes of this machine, each supervised on its own, and nodes elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

from frigate_ext.bus.broker import Remote
from frigate_ext.detection_process.main import run
from frigate_ext.detection_process.nodes import Nodes
from frigate_ext.detection_process.roster import Patience
from frigate_ext.detection_process.service import DetectionService, DetectionStats, Target
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.detection_process.sharding import Plan, Sharing, groups_of, plan, process_names
from frigate_ext.detection_process.wire import Report
from frigate_ext.runtime.clock import Deadline
from frigate_ext.runtime.health import PartHealth
from frigate_ext.runtime.processes import Usage


class DetectionFleet:
    """Start, stop and join like a `Worker`; all methods are callable from any thread and don't block.

    Processes are called `detection`, `detection-2` and so on; one without cameras is not started.
    """

    def __init__(
        self,
        settings: DetectionSettings,
        sharing: Sharing,
        *,
        remote: Remote | None = None,
        patience: Patience | None = None,
        target: Target = run,
    ) -> None:
        """`remote` is where nodes connect, with `patience`; `target` is as for `DetectionService`."""
        self._target = target
        self._lock = threading.RLock()
        self._running = False
        self._services: dict[str, DetectionService] = {}
        self._left: list[DetectionService] = []
        """Those that were stopped since they have no cameras any more."""
        self._nodes: Nodes | None = None
        if remote:
            patience = patience or Patience()
            self._nodes = Nodes(remote, settings.endpoint, self._share_out_again, patience)
        self._plan = Plan()
        self._become(settings, sharing)

    def start(self) -> None:
        with self._lock:
            self._running = True
            for service in self._services.values():
                service.start()
        if self._nodes:
            self._nodes.start()

    def stop(self) -> None:
        if self._nodes:
            self._nodes.stop()
        with self._lock:
            self._running = False
            for service in self._services.values():
                service.stop()

    def join(self, timeout: float | None = None) -> bool:
        deadline = Deadline(3600.0 if timeout is None else timeout)
        parts: list[DetectionService | Nodes] = [*self._services.values(), *self._left]
        parts += [self._nodes] if self._nodes else []
        return all(part.join(deadline.remaining()) for part in parts)

    def reconfigure(self, settings: DetectionSettings, sharing: Sharing) -> None:
        """Work by other settings of the same bus; cameras stay where they are as far as they can."""
        with self._lock:
            self._become(settings, sharing)

    def health(self) -> dict[str, PartHealth]:
        """By process, and by node."""
        health = {name: service.health() for name, service in self._services.items()}
        if self._nodes:
            names = [node.name for node in self._sharing.nodes]
            health |= {f"node {name}": one for name, one in self._nodes.health(names).items()}
        return health

    def stats(self) -> dict[str, DetectionStats]:
        """By process, and by node that has been heard."""
        stats = {name: service.stats() for name, service in self._services.items()}
        if self._nodes is None:
            return stats
        alive, reports = self._nodes.alive(), self._nodes.reports()
        return stats | {
            name: _stats(report, report.used if name in alive else None) for name, report in reports.items()
        }

    def pids(self) -> dict[str, int | None]:
        """By process or node; None while it does not run, and elsewhere."""
        return {name: stats.pid for name, stats in self.stats().items()}

    def places(self) -> dict[str, str]:
        """The process or node that has each camera."""
        return dict(self._plan.places)

    def _share_out_again(self) -> None:
        """Other nodes are alive than before."""
        with self._lock:
            self._become(self._settings, self._sharing)

    def _become(self, settings: DetectionSettings, sharing: Sharing) -> None:
        self._settings, self._sharing = settings, sharing
        groups = groups_of(
            [camera.name for camera in settings.cameras],
            {camera.name: camera.neighbours for camera in settings.cameras},
        )
        if self._nodes:
            self._nodes.expect([node.name for node in sharing.nodes])
        alive = self._nodes.alive() if self._nodes else ()
        self._plan = plan(groups, sharing, alive, self._plan)
        if self._nodes:
            self._nodes.order({node: self._share(node.name) for node in sharing.nodes})
        self._run(self._needed(process_names(sharing)))

    def _needed(self, names: list[str]) -> list[str]:
        """The processes with cameras; the first one where there are no cameras at all."""
        busy = set(self._plan.places.values())
        return [name for name in names if name in busy] if busy else names[:1]

    def _run(self, names: list[str]) -> None:
        shares = {name: self._share(name, of=len(names)) for name in names}
        self._dismiss(self._services.keys() - shares)
        for name, share in shares.items():
            if service := self._services.get(name):
                service.reconfigure(share)
            else:
                self._hire(name, share)

    def _hire(self, name: str, share: DetectionSettings) -> None:
        service = DetectionService(share, name=name, target=self._target)
        self._services = {**self._services, name: service}
        if self._running:
            service.start()

    def _dismiss(self, names: Iterable[str]) -> None:
        leaving = {name: self._services[name] for name in names}
        for service in leaving.values():
            service.stop()
        self._services = {name: one for name, one in self._services.items() if name not in leaving}
        self._left = [*(one for one in self._left if not one.join(0.0)), *leaving.values()]

    def _share(self, name: str, of: int = 1) -> DetectionSettings:
        """What one does: its cameras, and its part of the memory on its host."""
        cameras = tuple(one for one in self._settings.cameras if self._plan.places.get(one.name) == name)
        return replace(self._settings, cameras=cameras, ring_bytes=self._settings.ring_bytes // of)


def _stats(report: Report, used: Usage | None) -> DetectionStats:
    return DetectionStats(
        pid=None,
        restarts=report.restarts,
        errors=report.errors,
        overload=report.overload,
        quarantined=(),
        used=used,
    )
