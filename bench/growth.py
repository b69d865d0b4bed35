"""How what cameras cost grows with their number: a plot out of the records, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from bench.record import Record

CAMERAS: Final = (1, 5, 10, 20, 30, 40)
FIGURES: Final = ("cpu", "missed", "p50", "p95", "rss")
"""Of each number of cameras: `capacity_<figure>_<cameras>`."""
_WIDTH, _HEIGHT = 320, 200
"""Of a panel."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 30, 30
_COLOURS = ("#1f6feb", "#d1242f")


class _Panel(NamedTuple):
    title: str
    lines: Mapping[str, str]
    """By figure, what it is called; of a panel with one line the title says it."""


_PANELS = (
    _Panel("CPU seconds per minute of a stream", {"cpu": ""}),
    _Panel("frames missed, %", {"missed": ""}),
    _Panel("decoded to heard, ms", {"p50": "p50", "p95": "p95"}),
    _Panel("memory of all processes, MB", {"rss": ""}),
)


def names() -> tuple[str, ...]:
    """Of all records that are drawn."""
    return tuple(f"capacity_{figure}_{cameras}" for cameras in CAMERAS for figure in FIGURES)


def svg(records: Iterable[Record]) -> str:
    """Two by two panels over the number of active cameras. Raises KeyError where a record is missing."""
    values = {record.name: record.value for record in records}
    panels = "\n".join(_panel(panel, values, *divmod(place, 2)) for place, panel in enumerate(_PANELS))
    width, height = 2 * _WIDTH, 2 * _HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="sans-serif" font-size="11" fill="#24292f">\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n{panels}\n</svg>\n'
    )


def _panel(panel: _Panel, values: Mapping[str, float], row: int, column: int) -> str:
    lines = [[values[f"capacity_{figure}_{cameras}"] for cameras in CAMERAS] for figure in panel.lines]
    top = _round_up(max(max(line) for line in lines))
    parts = [
        f'<text x="{_LEFT}" y="18" font-weight="bold">{panel.title}</text>',
        *(_level(top * share / 4, top) for share in range(5)),
        *(f'<text x="{_x(n):.0f}" y="{_HEIGHT - 12}" text-anchor="middle">{n}</text>' for n in CAMERAS),
    ]
    for line, name, colour in zip(lines, panel.lines.values(), _COLOURS, strict=False):
        parts += _line(line, name, colour, top)
    return f'<g transform="translate({column * _WIDTH} {row * _HEIGHT})">\n' + "\n".join(parts) + "\n</g>"


def _line(values: Sequence[float], name: str, colour: str, top: float) -> list[str]:
    points = [f"{_x(n):.1f},{_y(value, top):.1f}" for n, value in zip(CAMERAS, values, strict=True)]
    end_x, end_y = points[-1].split(",")
    return [
        f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>',
        f'<text x="{end_x}" y="{float(end_y) - 5:.1f}" text-anchor="end" fill="{colour}">{name}</text>',
    ]


def _level(value: float, top: float) -> str:
    y = _y(value, top)
    return (
        f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}" stroke="#d0d7de"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>'
    )


def _x(cameras: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * cameras / CAMERAS[-1]


def _y(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top


def _round_up(value: float) -> float:
    """To the next of 1, 2, 4 or 8 times a power of ten, so that quarters of it are round."""
    unit = 0.01
    while unit * 10 < value:
        unit *= 10
    return next((unit * step for step in (1, 2, 4, 8) if unit * step >= value), unit * 10)
