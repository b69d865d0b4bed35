"""How soon somebody who comes into view is judged, whoever does it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from frigate_ext.bus.schema import CameraUpdate


class Timed(NamedTuple):
    """One look of one job, by the wall's clock; `model` is the seconds that the model says it took."""

    job: str
    camera: str
    began: float
    ended: float
    model: float

    @property
    def overhead(self) -> float:
        """Seconds."""
        return self.ended - self.began - self.model


class Arrivals:
    """A bus sink that notes when each visitor was first seen."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], float] = {}

    def __call__(self, update: CameraUpdate) -> None:
        for thing in update.objects:
            if thing.active and update.frame_time is not None:
                self._first.setdefault((update.camera, thing.id), update.frame_time)

    def reactions(self, looks: Iterable[Timed]) -> list[float]:
        """Seconds from each arrival to the verdict of each job's first look after it, less the model's.

        Arrivals that no look followed are left out: the run ended before.
        """
        by_job: dict[str, list[Timed]] = {}
        for look in looks:
            by_job.setdefault(look.job, []).append(look)
        firsts = (
            (arrived, next((look for look in of_job if look.began >= arrived), None))
            for of_job in by_job.values()
            for (camera, _), arrived in self._first.items()
            if camera == of_job[0].camera
        )
        return [look.ended - arrived - look.model for arrived, look in firsts if look is not None]
