from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frigate_ext.domain.event import Event
from frigate_ext.errors import InvalidRequestError
from frigate_ext.store.events import EventFilter
from frigate_ext.store.timeline import Span

NUMBERS = count()
names = st.sampled_from(["a", "b", "c"])
some = st.none() | st.lists(names, max_size=3).map(tuple)
times = st.sampled_from([1.0, 2.0, 2.5, 3.0])
bounds = st.none() | times
events = st.builds(
    lambda camera, label, start, zones: Event(
        id=f"e{next(NUMBERS)}", camera=camera, label=label, start_time=start, top_score=0.5, zones=zones
    ),
    names,
    names,
    times,
    st.lists(names, unique=True, max_size=2).map(tuple),
)
filters = st.builds(
    EventFilter, cameras=some, labels=some, zones=some, span=st.builds(Span, after=bounds, before=bounds)
)


def pages(store, chosen, limit):
    cursor, found = None, []
    while True:
        page = store.events.list(chosen, limit, cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found
        assert len(page.items) == limit


def wanted(event, chosen):
    after, before = chosen.span.after, chosen.span.before
    return (
        (chosen.cameras is None or event.camera in chosen.cameras)
        and (chosen.labels is None or event.label in chosen.labels)
        and (chosen.zones is None or bool(set(event.zones) & set(chosen.zones)))
        and (after is None or event.start_time > after)
        and (before is None or event.start_time < before)
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(made=st.lists(events, max_size=12), chosen=filters, limit=st.integers(1, 5))
def test_the_pages_of_a_list_are_what_was_asked_for_once_and_newest_first(store, made, chosen, limit):
    before = {event.id for event in pages(store, EventFilter(), 1000)}
    for event in made:
        store.events.save(event)

    found = [event for event in pages(store, chosen, limit) if event.id not in before]

    newest_first = sorted(enumerate(made), key=lambda one: (one[1].start_time, one[0]), reverse=True)
    assert found == [event for _, event in newest_first if wanted(event, chosen)]


def test_an_event_is_found_by_a_zone_that_it_entered_later(store):
    event = Event(id="e", camera="a", label="cat", start_time=1.0, top_score=0.5, zones=("mat",))
    store.events.save(event)
    store.events.save(replace(event, zones=("mat", "step")))

    assert [found.id for found in store.events.list(EventFilter(zones=("step",))).items] == ["e"]
    assert [found.id for found in store.events.list(EventFilter(zones=("mat", "step"))).items] == ["e"]


@pytest.mark.parametrize("cursor", ["", "7", "x_1", "1.0_", "1.0_9999999999999999999", "nan_1", "1.0_1 "])
def test_a_cursor_of_somebody_elses_is_refused(store, cursor):
    with pytest.raises(InvalidRequestError, match="cursor"):
        store.events.list(before=cursor)
