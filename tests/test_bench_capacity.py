"""How the bench looks for the number of cameras; what a machine carries is never a unit test."""

from fractions import Fraction

import av
import pytest

from bench import films
from bench.capacity import search
from bench.house import Measured


def measured(cameras, *, limit, cost=4.0):
    """A machine that carries up to `limit` cameras."""
    return Measured(
        cameras=cameras,
        processes=1,
        skipped=0.0 if cameras <= limit else 0.3,
        idle=0.0,
        cpu=cost,
        memory=0,
        latencies=[],
        ages=[],
    )


def looked_for(limit, *known, tries=3):
    """What was tried, and what was found to be carried."""
    tried = []

    def try_with(cameras):
        tried.append(cameras)
        return measured(cameras, limit=limit)

    found = search(try_with, [measured(cameras, limit=limit) for cameras in known], tries=tries)
    return tried, found.cameras


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def test_while_all_is_well_it_goes_where_the_cores_would_be_nine_tenths_full_and_on():
    assert looked_for(99, 10) == ([27, 31, 35], 35)


def test_between_what_is_carried_and_what_is_not_it_halves():
    assert looked_for(26, 10, 20, 30) == ([25, 27], 25)
    assert looked_for(17, 10, 20, 30) == ([15, 17, 18], 17)


def test_it_ends_where_the_two_are_near():
    assert looked_for(40, 10, 40, 42) == ([], 40)


def test_where_nothing_is_carried_fewer_are_tried_and_the_misses_of_the_fewest_shown():
    assert looked_for(0, 10) == ([5, 2, 1], 1)


def test_no_camera_is_in_step_with_another_and_each_sends_the_whole_film(tmp_path, monkeypatch):
    monkeypatch.setattr(films, "cache_dir", lambda: tmp_path)
    monkeypatch.setattr(films, "_ACTIVE", 2)
    monkeypatch.setattr(films, "_FILM", 6)
    monkeypatch.setattr(films, "_SENT", 12)
    sent = [packets(tmp_path, number) for number in range(3)]
    assert [len(one) for one in sent] == [12 * films.FPS] * 3
    assert [number for number, packet in enumerate(sent[0]) if packet.is_keyframe][:3] == [0, 30, 60]
    later = [one[5].dts * one[5].time_base % Fraction(1, films.FPS) for one in sent]
    assert len({round(float(each), 3) for each in later}) == 3


def packets(folder, number):
    path = folder / f"{number}.ts"
    films.of_its_own(films.idle(), number, path)
    with av.open(str(path)) as film:
        return [packet for packet in film.demux(video=0) if packet.size]
