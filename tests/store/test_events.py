from dataclasses import replace

import pytest

from frigate_ext.domain.event import Event
from frigate_ext.errors import StoreError
from frigate_ext.store.events import EventFilter

EVENT = Event(
    id="1700000000.1-abc123",
    camera="porch",
    label="person",
    start_time=100.0,
    top_score=0.7,
    zones=("mat", "step"),
)


def test_an_event_grows_while_its_object_is_in_view(store):
    store.events.save(EVENT)
    ended = replace(EVENT, end_time=130.0, top_score=0.9, zones=("mat", "step", "door"))
    store.events.save(ended)

    assert store.events.get(EVENT.id) == ended
    assert store.events.list().items == (ended,)


def test_a_better_snapshot_replaces_the_one_before(store):
    store.events.save(replace(EVENT, snapshot_time=100.0), b"first")
    store.events.save(replace(EVENT, snapshot_time=105.0), b"better")
    store.events.save(replace(EVENT, snapshot_time=105.0, end_time=110.0))

    assert store.events.snapshot(EVENT.id) == b"better"


def test_events_filter_by_camera_and_label_and_come_newest_first(store):
    for number, (camera, label) in enumerate([("porch", "person"), ("porch", "cat"), ("yard", "cat")]):
        store.events.save(replace(EVENT, id=f"e{number}", camera=camera, label=label))

    assert [event.id for event in store.events.list().items] == ["e2", "e1", "e0"]
    assert [event.id for event in store.events.list(EventFilter(cameras=("porch",))).items] == ["e1", "e0"]
    assert [
        event.id for event in store.events.list(EventFilter(labels=("cat",), cameras=("yard",))).items
    ] == ["e2"]


def test_events_that_a_dead_process_left_open_are_ended(store):
    store.events.save(replace(EVENT, id="a", snapshot_time=120.0))
    store.events.save(replace(EVENT, id="b"))
    store.events.save(replace(EVENT, id="c", end_time=500.0))

    assert store.events.end_open() == 2
    assert {event.id: event.end_time for event in store.events.list().items} == {
        "a": 120.0,
        "b": 100.0,
        "c": 500.0,
    }


def test_no_path_leads_out_of_the_snapshot_folder(store):
    assert store.events.snapshot("../frigate_ext") is None
    with pytest.raises(StoreError):
        store.events.save(replace(EVENT, id="../x"), b"jpeg")
