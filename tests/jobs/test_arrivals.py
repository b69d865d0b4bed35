"""Edges on their way to jobs: the bus waits for nobody, and nothing is lost meanwhile."""

import threading

import pytest

from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.watch import Origin
from frigate_ext.runtime.clock import Moment
from jobs.backlog import MAX_WAITING, Backlog
from jobs.trigger import Edge, EdgeKind
from tests.jobs.house import PATIENCE


class SlowDisk:
    """Takes its time over every verdict until it is free again."""

    def __init__(self, house, monkeypatch):
        self.committing, self.free = threading.Event(), threading.Event()
        self._commit = house.store.looks.finish
        monkeypatch.setattr(house.store.looks, "finish", self._finish)

    def _finish(self, *args, **fields):
        self.committing.set()
        assert self.free.wait(PATIENCE)
        return self._commit(*args, **fields)


@pytest.fixture
def busy(house, watch, says, monkeypatch):
    """A house with a job whose first verdict is being committed, and the disk that does."""
    h = house()
    h.see()
    h.jobs.start_job(watch(), Origin.API)
    h.judge.asked()
    disk = SlowDisk(h, monkeypatch)
    h.judge.say(says("not_met"))
    assert disk.committing.wait(PATIENCE)
    yield h, disk
    disk.free.set()


def test_the_bus_waits_for_no_commit_and_the_arrival_is_looked_at_afterwards(busy, person, says):
    house, disk = busy
    arrived = []
    bus = threading.Thread(target=lambda: arrived.append(house.see(person())), name="bus", daemon=True)
    bus.start()
    bus.join(PATIENCE)
    assert arrived, "the bus waits"
    assert FrameKey("door", 1, 2) in house.frames.requests, "its frame is fetched at once"
    disk.free.set()
    assert house.judge.asked().frame_time == arrived[0]
    house.judge.say(says("not_met"))


def test_other_jobs_are_planned_while_one_is_being_committed(busy, person, watch, says):
    house, _ = busy
    house.see(person())
    house.jobs.start_job(watch(condition="another one"), Origin.API)
    assert house.judge.asked().condition == "another one"
    house.judge.say(says("not_met"))


def edge(person, number):
    who = person(f"p{number}")
    return Edge(EdgeKind.APPEARED, who, None, FrameKey("door", 1, number), float(number), None, (who,))


def test_a_backlog_keeps_the_order_and_the_first_of_too_many(person):
    backlog = Backlog()
    came = [
        backlog.put(edge(person, number), Moment(0.0, float(number))) for number in range(MAX_WAITING + 1)
    ]
    assert came == [True] * MAX_WAITING + [False]
    taken = list(backlog.empty())
    assert [(one.frame_time, at.monotonic) for one, at in taken] == [(n, n) for n in range(MAX_WAITING)]
    assert list(backlog.empty()) == []
