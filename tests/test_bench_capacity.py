"""How the bench looks for the number of cameras; what a machine carries is never a unit test."""

import av

from bench import films
from bench.capacity import search
from bench.house import Measured


def measured(cameras, *, limit, cost=4.0):
    """A machine that carries up to `limit` cameras."""
    skipped = 0.0 if cameras <= limit else 0.3
    return Measured(cameras=cameras, skipped=skipped, idle=0.0, cpu=cost, memory=0, latencies=[])


def carried(limit, tries=3):
    return search(lambda n: measured(n, limit=limit), measured(10, limit=limit), tries=tries)


def test_the_search_begins_where_the_cores_would_be_nine_tenths_full(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    tried = []
    search(lambda n: tried.append(n) or measured(n, limit=99), measured(10, limit=99), tries=1)
    assert tried == [27]


def test_it_goes_up_while_all_is_well_and_down_while_it_is_not(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert [carried(limit).cameras for limit in (99, 27, 24, 20)] == [35, 27, 23, 20]


def test_where_nothing_larger_is_carried_the_known_run_counts():
    assert carried(12).cameras == 10


def test_where_not_even_that_is_carried_the_misses_are_shown():
    found = carried(5)
    assert found.skipped > 0.02


def test_a_film_is_kept_and_begins_with_a_key_frame_wherever_it_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(films, "cache_dir", lambda: tmp_path)
    monkeypatch.setattr(films, "_ACTIVE", 2)
    monkeypatch.setattr(films, "_FILM", 6)
    path = films.idle(1)
    with av.open(str(path)) as film:
        packets = [packet for packet in film.demux(video=0) if packet.size]
    assert len(packets) == 6 * films.FPS
    assert [number for number, packet in enumerate(packets) if packet.is_keyframe] == [0, 30, 60]
    assert films.idle(1).stat().st_mtime_ns == path.stat().st_mtime_ns
