"""The jobs that have not ended, by id and by camera."""

from __future__ import annotations

import threading

from jobs.live import LiveJob


class Roster:
    """Thread-safe. Reading takes no lock and copies nothing: the bus asks for every edge."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._by_id: dict[str, LiveJob] = {}
        self._by_camera: dict[str, tuple[LiveJob, ...]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, job_id: str) -> LiveJob | None:
        return self._by_id.get(job_id)

    def all(self) -> tuple[LiveJob, ...]:
        """Oldest first."""
        with self._changing:
            return tuple(self._by_id.values())

    def of_camera(self, camera: str) -> tuple[LiveJob, ...]:
        """Oldest first."""
        return self._by_camera.get(camera, ())

    def add(self, live: LiveJob) -> None:
        camera = live.job.watch.camera
        with self._changing:
            self._by_id[live.job.id] = live
            self._by_camera[camera] = (*self.of_camera(camera), live)

    def remove(self, live: LiveJob) -> None:
        """One that is not there is no error."""
        camera = live.job.watch.camera
        with self._changing:
            self._by_id.pop(live.job.id, None)
            self._by_camera[camera] = tuple(one for one in self.of_camera(camera) if one is not live)
