"""Constant-velocity Kalman filters for many boxes at once.

State of a box: centre x, centre y, width, height, and a velocity for each. No component's noise depends on
another's, so the 8x8 filter of SORT and ByteTrack falls apart into four 2x2 ones: arrays are `(N, 4)`,
and nothing is inverted. Noises are proportional to the box's size (the root of its area) and stated per
second, so they hold at any frame rate.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

_MEASURED = np.array([0.05, 0.05, 0.1, 0.1])
"""Standard deviation of a detector's box, in sizes."""
_START_SPEED = np.array([3.0, 3.0, 0.0, 0.0])
"""Of the unknown first velocity, in sizes/s; sizes themselves have none, they drift."""
_ACCELERATION = np.array([1.0, 1.0, 0.0, 0.0])
"""In sizes/s^2."""
_DRIFT = np.array([0.1, 0.1, 0.3, 0.3])
"""Random walk, in sizes per root of a second."""


class BoxFilters:
    """Rows are tracks; callers keep their own list in the same order."""

    def __init__(self) -> None:
        self._state = np.empty((0, 5, 4))
        """Per row: position, velocity, and the variances position, position x velocity, velocity."""

    def __len__(self) -> int:
        return len(self._state)

    @property
    def boxes(self) -> Floats:
        """`(N, 4)` xyxy where each box is believed to be."""
        return self.ahead(0.0)

    def ahead(self, dt: float) -> Floats:
        """`(N, 4)` xyxy where each box will be after `dt` seconds, if it goes on as it does."""
        position = self._state[:, 0] + dt * self._state[:, 1]
        half = position[:, 2:] / 2
        return np.concatenate([position[:, :2] - half, position[:, :2] + half], axis=1)

    @property
    def centres(self) -> Floats:
        """`(N, 2)`."""
        return self._state[:, 0, :2]

    @property
    def centre_variances(self) -> Floats:
        """`(N, 2)`: of where a detection's centre is expected."""
        return self._state[:, 2, :2] + (_MEASURED[:2] * self._sizes()) ** 2

    @property
    def speeds(self) -> Floats:
        """`(N,)`: of centres, in sizes/s."""
        speeds: Floats = np.sqrt((self._state[:, 1, :2] ** 2).sum(-1)) / self._sizes()[:, 0]
        return speeds

    def add(self, xyxy: Floats) -> None:
        """Start filters for `(M, 4)` boxes, after the present rows."""
        self._state = np.concatenate([self._state, _begun(xyxy)])

    def restart(self, rows: Rows, xyxy: Floats) -> None:
        """Forget how `rows` moved: they do something new, at `(M, 4)`."""
        self._state[rows] = _begun(xyxy)

    def keep(self, rows: Rows) -> None:
        self._state = self._state[rows]

    def predict(self, dt: float) -> None:
        """Let `dt` seconds pass, with white acceleration that is constant within them."""
        position, velocity, pp, pv, vv = self._state.transpose(1, 0, 2)
        size = self._sizes()
        force = (_ACCELERATION * size) ** 2
        position += dt * velocity
        pp += 2 * dt * pv + dt**2 * vv + force * dt**4 / 4 + (_DRIFT * size) ** 2 * dt
        pv += dt * vv + force * dt**3 / 2
        vv += force * dt**2

    def update(self, rows: Rows, xyxy: Floats) -> None:
        """Correct `rows` by what was measured, `(M, 4)`."""
        state = self._state[rows]
        position, velocity, pp, pv, vv = state.transpose(1, 0, 2)
        measured = _cxcywh(xyxy)
        total = pp + (_MEASURED * _size(measured)) ** 2
        gain, velocity_gain, error = pp / total, pv / total, measured - position
        position += gain * error
        velocity += velocity_gain * error
        vv -= velocity_gain * pv
        pp *= 1 - gain
        pv *= 1 - gain
        self._state[rows] = state

    def _sizes(self) -> Floats:
        return _size(self._state[:, 0])


def _begun(xyxy: Floats) -> Floats:
    """The state of what was seen once."""
    position = _cxcywh(xyxy)
    size = _size(position)
    still = np.zeros_like(position)
    return np.stack(
        [position, still, (_MEASURED * size) ** 2, still, (_START_SPEED * size) ** 2],
        axis=1,
    )


def _cxcywh(xyxy: Floats) -> Floats:
    low, high = xyxy[:, :2], xyxy[:, 2:]
    return np.concatenate([(low + high) / 2, high - low], axis=1)


def _size(cxcywh: Floats) -> Floats:
    """`(N, 1)`; at least a pixel."""
    size: Floats = np.sqrt(np.maximum(cxcywh[:, 2] * cxcywh[:, 3], 1.0))
    return size[:, np.newaxis]
