"""What the main process and its nodes on other hosts tell each other; only ever sent encrypted.

A node sends a Report every second; each is answered with [STAY], [ORDER, Order] or [REFUSED, Refusal].
"""

from __future__ import annotations

import msgspec

from frigate_ext.bus.schema import SCHEMA_VERSION
from frigate_ext.detect.detector import DetectorSettings
from frigate_ext.detection_process.settings import CameraSettings
from frigate_ext.runtime.health import PartState
from frigate_ext.runtime.processes import Usage

STAY, ORDER, REFUSED = b"STAY", b"ORDER", b"REFUSED"


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """What every release can read of a report."""

    v: int = SCHEMA_VERSION
    release: str


class Report(Greeting, frozen=True, kw_only=True):
    """How a node is doing: all its processes together, and of states and overloads the worst."""

    revision: int = 0
    """Of the order that it works by; 0: it works on nothing."""
    time: float
    """Epoch s by its own clock."""
    state: PartState
    detail: str = ""
    restarts: int = 0
    errors: int = 0
    overload: int = 0
    used: Usage | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """All that a node is to do, whatever it did before."""

    revision: int
    """Larger than those before."""
    time: float
    """Epoch s by the main process's clock."""
    cameras: tuple[CameraSettings, ...]
    """With the credentials of their streams."""
    detector: DetectorSettings
    ring_seconds: float
    ring_bytes: int
    """For the frames of all its processes together."""
    processes: int | None = None
    """That share the cameras; None: as many as they are worth on the node's cores."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why the main process has no use for a node; every release can read it."""

    why: str
