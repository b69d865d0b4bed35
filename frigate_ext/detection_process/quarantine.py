"""Which cameras, or their full pictures, are left out since detection crashes or hangs on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Quarantine:
    """A camera that is a suspect in `crashes` crashes within `window` seconds is held for `duration` seconds.

    After that it is on probation for one `window`: one more crash, and it is held again. Times are monotonic
    seconds that never decrease.
    """

    crashes: int = 3
    window: float = 600.0
    duration: float = 600.0
    _suspected: dict[str, list[float]] = field(default_factory=dict)
    _until: dict[str, float] = field(default_factory=dict)

    def crashed(self, suspects: Iterable[str], now: float) -> frozenset[str]:
        """Note one crash; the cameras that are held from now on because of it."""
        held = frozenset(camera for camera in suspects if self._is_enough(camera, now))
        for camera in held:
            self.convict(camera, now)
        return held

    def convict(self, camera: str, now: float) -> None:
        """Hold a camera that is no suspect but known to be at fault."""
        self._until[camera] = now + self.duration
        self._suspected.pop(camera, None)

    def held(self, now: float) -> dict[str, float]:
        """Cameras to leave out, and the seconds until each one's release."""
        return {camera: until - now for camera, until in self._until.items() if now < until}

    def caution(self, now: float) -> float:
        """Seconds for which cameras are under suspicion; 0 where none is."""
        last = max((times[-1] for times in self._suspected.values()), default=now - self.window)
        return max(0.0, last + self.window - now)

    def pardon(self, cameras: Iterable[str]) -> None:
        """Forget what was held against cameras, for they are not what they were."""
        for camera in cameras:
            self._suspected.pop(camera, None)
            self._until.pop(camera, None)

    def _is_enough(self, camera: str, now: float) -> bool:
        recent = [at for at in self._suspected.get(camera, []) if now - at < self.window]
        self._suspected[camera] = [*recent, now]
        return len(recent) + 1 >= self.crashes or self._on_probation(camera, now)

    def _on_probation(self, camera: str, now: float) -> bool:
        return camera in self._until and now < self._until[camera] + self.window
