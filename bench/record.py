"""What the bench says: one record per figure, and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

SCHEMA = 1

NOISY = 0.25
"""Quartile spread of the repetitions, relative to their median, from which a run was too noisy to judge."""


class Target(NamedTuple):
    """A bound on a value: `at_most`, or else at least, `limit`."""

    limit: float
    at_most: bool = False

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.limit:g}"

    def met_by(self, value: float) -> bool:
        return value <= self.limit if self.at_most else value >= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of `results.json`."""

    name: str
    value: float
    unit: str
    compared_with: str
    target: str | None
    """In words, like `>= 1.6`; None for figures that are only reported."""
    holds: bool | None
    """None where there is no target, or the run was too noisy to say."""


def count(name: str, value: float, unit: str, compared_with: str, target: Target | None = None) -> Record:
    """A count, or a ratio of counts: exact however busy the machine was."""
    return Record(
        name=name,
        value=float(f"{value:.4g}"),
        unit=unit,
        compared_with=compared_with,
        target=None if target is None else str(target),
        holds=None if target is None else target.met_by(value),
    )


def timing(
    name: str,
    value: float,
    unit: str,
    compared_with: str,
    target: Target | None = None,
    *,
    repetitions: Sequence[float] = (),
) -> Record:
    """A figure that rests on clocks; `repetitions` are what it was in each of them."""
    judged = target is not None and spread(repetitions) <= NOISY
    return Record(
        name=name,
        value=float(f"{value:.4g}"),
        unit=unit,
        compared_with=compared_with,
        target=None if target is None else str(target),
        holds=target.met_by(value) if target is not None and judged else None,
    )


def percentile(values: Sequence[float], percent: int) -> float:
    """Of at least two values."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def spread(values: Sequence[float]) -> float:
    """Distance between the quartiles relative to the median; infinite for fewer than four values."""
    if len(values) < 4:
        return math.inf
    low, _, high = quantiles(values, n=4, method="inclusive")
    return (high - low) / median(values)
