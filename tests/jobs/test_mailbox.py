"""Three edges at most, and the right three."""

from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.domain.frame import FrameKey
from frigate_ext.domain.geometry import Box
from jobs.mailbox import Mailbox
from jobs.trigger import Edge, EdgeKind

NOW = 1000.0


def edge(person, time, *, kind=EdgeKind.APPEARED, width=10):
    subject = person(f"p{time}", box=Box(0, 0, width, 10))
    return Edge(kind, subject, None, FrameKey("door", 1, time), float(time), None, (subject,))


def kept(mailbox):
    times = []
    while (first := mailbox.first()) is not None:
        times.append(int(first.frame_time))
        mailbox.drop(lambda e, gone=first: e is gone)
    return times


def test_the_earliest_the_largest_and_the_newest_arrival_stay_in_order(person):
    mailbox = Mailbox()
    for time, width in [(1, 10), (2, 10), (3, 50), (4, 10), (5, 10)]:
        mailbox.put(edge(person, time, width=width), NOW)
    assert kept(mailbox) == [1, 3, 5]


def test_an_arrival_outranks_any_departure(person):
    mailbox = Mailbox()
    assert mailbox.put(edge(person, 1, kind=EdgeKind.GONE), NOW)
    assert mailbox.put(edge(person, 2), NOW)
    assert not mailbox.put(edge(person, 3, kind=EdgeKind.LEFT), NOW)
    assert kept(mailbox) == [2]


def test_of_departures_the_newest_stays(person):
    mailbox = Mailbox()
    for time in (1, 2, 3):
        assert mailbox.put(edge(person, time, kind=EdgeKind.GONE), NOW)
    assert kept(mailbox) == [3]


@given(st.lists(st.tuples(st.sampled_from(EdgeKind), st.integers(1, 100)), min_size=1))
def test_it_never_holds_more_than_three_and_never_loses_the_first_and_last_arrival(person, offers):
    mailbox = Mailbox()
    for time, (kind, width) in enumerate(offers):
        mailbox.put(edge(person, time, kind=kind, width=width), NOW)
    arrivals = [time for time, (kind, _) in enumerate(offers) if kind.is_arrival]
    held = kept(mailbox)
    assert 1 <= len(held) <= 3
    if arrivals:
        assert (held[0], held[-1]) == (arrivals[0], arrivals[-1])


def test_what_was_cut_short_comes_first_whatever_arrives(person):
    mailbox = Mailbox()
    mailbox.put_back(edge(person, 1, kind=EdgeKind.GONE), NOW)
    for time in (2, 3):
        mailbox.put(edge(person, time), NOW)
    assert len(mailbox) == 3
    assert kept(mailbox) == [1, 2, 3]
    assert len(mailbox) == 0


def test_what_came_too_long_ago_is_forgotten_whatever_its_frame_says(person):
    mailbox = Mailbox()
    mailbox.put_back(edge(person, 9), 98.0)
    for time, came in [(1, 100.0), (2, 99.0), (3, 101.0)]:
        mailbox.put(edge(person, time), came)
    mailbox.drop_before(100.0)
    assert kept(mailbox) == [1, 3]
