"""The plot of how costs grow."""

import xml.etree.ElementTree as ET

import pytest

from bench import growth
from bench.record import count

SVG = "{http://www.w3.org/2000/svg}"


def records(value):
    return [count(name, value, "", "") for name in growth.names()]


def test_every_figure_is_a_line_over_all_numbers_of_cameras():
    plot = ET.fromstring(growth.svg(records(3.0)))
    lines = [line.get("points").split() for line in plot.iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [len(growth.CAMERAS)] * len(growth.FIGURES)


@pytest.mark.parametrize("value, top", [(0.0, "0.01"), (0.9, "1"), (3.0, "4"), (4.5, "8"), (900, "1000")])
def test_the_scale_ends_at_a_round_number_beyond_the_largest(value, top):
    plot = ET.fromstring(growth.svg(records(value)))
    levels = [text.text for text in plot.iter(f"{SVG}text") if text.get("text-anchor") == "end"]
    assert levels[4] == top


def test_without_a_figure_there_is_no_plot():
    with pytest.raises(KeyError):
        growth.svg(records(1.0)[1:])
