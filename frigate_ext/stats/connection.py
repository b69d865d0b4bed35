"""How good a camera's connection is, by the limits that Frigate sets (0.18, its `stats`)."""

from __future__ import annotations

import math
from typing import Literal

Quality = Literal["excellent", "fair", "poor", "unusable"]

_NOTHING = 0.1
"""Frames per second below which there are as good as none."""


def connection_quality(fps: float, expected_fps: float, reconnects: int, stalls: int) -> Quality:
    """Judge by the rate now, and how often it came back and stood still within an hour."""
    limits: tuple[tuple[Quality, float, float, float], ...] = (
        ("excellent", 0.9 * expected_fps, 0, 4),
        ("fair", 0.6 * expected_fps, 2, math.inf),
        ("poor", 1.0, 10, 100),
    )
    for quality, least, most_reconnects, most_stalls in limits:
        if fps >= max(least, _NOTHING) and reconnects <= most_reconnects and stalls <= most_stalls:
            return quality
    return "unusable"
