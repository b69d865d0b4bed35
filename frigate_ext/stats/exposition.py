"""Prometheus' text format, version 0.0.4."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "frigate_ext_"
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})

Sample = tuple[Mapping[str, str], float]
"""Labels and value. Labels come from sets that are bounded: names in the configuration, and enums."""


class Exposition:
    """Collects families, each said once; `text` is the page."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def counter(self, name: str, words: str, samples: Iterable[Sample]) -> None:
        """`name` ends in `_total`."""
        self._family("counter", name, words, samples)

    def gauge(self, name: str, words: str, samples: Iterable[Sample]) -> None:
        self._family("gauge", name, words, samples)

    def histogram(self, name: str, words: str, bounds: Sequence[float], samples: Iterable[_Buckets]) -> None:
        """Each sample has its labels, the counts of the buckets (one more than `bounds`) and the sum."""
        self._head("histogram", name, words)
        for labels, counts, total in samples:
            for bound, count in zip((*bounds, math.inf), accumulate(counts), strict=True):
                self._line(f"{name}_bucket", {**labels, "le": _number(bound)}, count)
            self._line(f"{name}_sum", labels, total)
            self._line(f"{name}_count", labels, sum(counts))

    def text(self) -> str:
        return "\n".join([*self._lines, ""])

    def _family(self, kind: str, name: str, words: str, samples: Iterable[Sample]) -> None:
        self._head(kind, name, words)
        for labels, value in samples:
            self._line(name, labels, value)

    def _head(self, kind: str, name: str, words: str) -> None:
        self._lines += [f"# HELP {_PREFIX}{name} {words}", f"# TYPE {_PREFIX}{name} {kind}"]

    def _line(self, name: str, labels: Mapping[str, str], value: float) -> None:
        pairs = ",".join(f'{label}="{text.translate(_ESCAPES)}"' for label, text in labels.items())
        self._lines.append(f"{_PREFIX}{name}{{{pairs}}} {_number(value)}")


_Buckets = tuple[Mapping[str, str], Sequence[int], float]


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return f"{value:.10g}"
