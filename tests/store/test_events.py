from dataclasses import replace

import pytest

from frigate_ext.domain.event import Event
from frigate_ext.errors import StoreError
from frigate_ext.store.events import Daytime, EventFilter, Group, Order

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


@pytest.mark.parametrize(
    "order,expected",
    [
        (Order.NEWEST, ["e3", "e2", "e1", "e0"]),
        (Order.OLDEST, ["e0", "e1", "e2", "e3"]),
        (Order.BEST, ["e2", "e3", "e1", "e0"]),
        (Order.WORST, ["e0", "e1", "e3", "e2"]),
    ],
)
@pytest.mark.parametrize("zones", [None, ("mat",)])
def test_events_come_in_the_order_asked_for_page_by_page(store, order, expected, zones):
    for number, score in enumerate([1 / 7, 0.7, 0.9, 0.7]):
        store.events.save(replace(EVENT, id=f"e{number}", start_time=100.0 + number / 3, top_score=score))
    listed, cursor = [], None
    while True:
        page = store.events.list(EventFilter(order=order, zones=zones), 1, cursor)
        listed += [event.id for event in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert listed == expected


@pytest.mark.parametrize(
    "begin,end,offset,found",
    [
        ("08:00", "12:00", 0, ["morning"]),
        ("20:00", "05:00", 0, ["night", "late"]),
        ("07:00", "12:01", 2 * 3600, ["morning", "early"]),
        ("05:30", "10:00", 0, ["early"]),
        ("05:31", "10:00", 0, []),
        ("00:00", "24:00", 0, ["night", "morning", "early", "late"]),
    ],
)
def test_events_of_a_time_of_day_are_found_also_past_midnight(store, begin, end, offset, found):
    day = 19_675 * 86400
    for name, hour in (("late", 2.5), ("early", 5.5), ("morning", 10), ("night", 23)):
        store.events.save(replace(EVENT, id=name, start_time=day + hour * 3600))
    listed = store.events.list(EventFilter(daytime=Daytime(begin, end, offset))).items
    assert [event.id for event in listed] == found


def test_one_event_is_found_by_its_id_however_many_are_newer(store):
    for number in range(5):
        store.events.save(replace(EVENT, id=f"e{number}", start_time=100.0 + number))
    assert [event.id for event in store.events.list(EventFilter(event_id="e0"), 1).items] == ["e0"]
    assert store.events.list(EventFilter(event_id="e0", cameras=("yard",)), 1).items == ()


def test_a_summary_counts_by_camera_label_zones_and_day_of_ones_own_clock(store):
    midnight = 19_675 * 86400.0  # 2023-11-14
    for number, (camera, at) in enumerate([("porch", 10), ("porch", 3600), ("porch", -10), ("yard", 10)]):
        store.events.save(replace(EVENT, id=f"e{number}", camera=camera, start_time=midnight + at))
    store.events.save(replace(EVENT, id="seen", start_time=midnight, zones=(), snapshot_time=1.0), b"jpeg")
    alike = ("mat", "step")
    assert store.events.summary(["porch"], has_snapshot=False, offset=0.0) == (
        Group("porch", "person", "2023-11-14", alike, 2),
        Group("porch", "person", "2023-11-13", alike, 1),
    )
    west = store.events.summary(None, has_snapshot=False, offset=-1800.0)
    assert [(group.camera, group.day, group.count) for group in west] == [
        ("porch", "2023-11-14", 1),
        ("porch", "2023-11-13", 2),
        ("yard", "2023-11-13", 1),
    ]
    assert store.events.summary((), has_snapshot=None, offset=0.0) == ()
    (seen,) = store.events.summary(None, has_snapshot=True, offset=0.0)
    assert (seen.zones, seen.count) == ((), 1)
