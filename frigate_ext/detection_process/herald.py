"""The thread that says which cameras are left out."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable

from frigate_ext.bus.publisher import Publisher, new_epoch
from frigate_ext.bus.schema import CameraUpdate
from frigate_ext.detection_process.settings import DetectionSettings
from frigate_ext.domain.camera import CameraState
from frigate_ext.runtime.worker import Worker

logger = logging.getLogger(__name__)


class Herald(Worker):
    """Tells the bus once a second about cameras in quarantine, and the service when one leaves it.

    The service, which has no thread, has a turn each second, too.
    """

    def __init__(
        self,
        name: str,
        settings: DetectionSettings,
        held: Callable[[], dict[str, float]],
        released: Callable[[], None],
        turn: Callable[[], None],
    ) -> None:
        super().__init__(name)
        self._turn = turn
        self._settings = settings
        self._held = held
        self._released = released

    def run(self) -> None:
        publisher, said = Publisher(self._settings.endpoint, self._settings.keys), Counter[str]()
        before: dict[str, float] = {}
        epochs: dict[str, int] = {}
        while not self.stopping.wait(1.0):
            self._turn()
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
        detail=f"the detection process crashed or hung working on it; tried again in {left / 60:.0f} min",
    )
