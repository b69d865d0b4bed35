from types import SimpleNamespace

import h11
import pytest
from uvicorn.protocols.http.h11_impl import H11Protocol

from web.patience import IN_A_CROWD, REPLY, Patience

SECONDS, ROOM = 10.0, 100


class Http(H11Protocol):
    """A connection as uvicorn keeps it, without a socket behind it."""

    def __init__(self, unsent=0):
        self.conn = h11.Connection(h11.SERVER)
        self.cycle = None
        self.transport = SimpleNamespace(get_write_buffer_size=lambda: self.unsent)
        self.unsent = unsent

    def serve(self):
        """A whole request has come, and is being answered."""
        self.conn.receive_data(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        self.conn.next_event()
        self.cycle = object()

    def wait_for_the_next(self):
        self.conn = h11.Connection(h11.SERVER)


class Socket:
    """As uvicorn's protocol for WebSockets, which has been handed a connection."""

    def __init__(self, *, asked):
        self.transport = SimpleNamespace(get_write_buffer_size=lambda: 0)
        self.handshake_initiated = asked


@pytest.fixture
def patience():
    return Patience(SECONDS, ROOM)


def test_who_sends_no_whole_request_is_late(patience):
    slow = Http()
    slow.conn.receive_data(b"GET / HTTP/1.1\r\nX-a")
    assert patience.late([slow], 0) == []
    assert patience.late([slow], SECONDS - 1) == []
    assert patience.late([slow], SECONDS) == [slow]


def test_a_request_that_is_answered_may_take_its_time(patience):
    one = Http()
    one.serve()
    assert [patience.late([one], now) for now in (0, 1000)] == [[], []]


def test_each_request_has_its_own_time(patience):
    one = Http()
    patience.late([one], 0)
    one.serve()
    one.wait_for_the_next()
    assert patience.late([one], SECONDS) == []
    assert patience.late([one], 2 * SECONDS) == [one]


def test_who_reads_nothing_of_a_reply_is_late_and_who_reads_a_little_is_not(patience):
    one = Http(unsent=5000)
    one.serve()
    assert patience.late([one], 0) == []
    one.unsent = 4000
    assert patience.late([one], REPLY) == []
    assert patience.late([one], 2 * REPLY) == [one]


def test_there_is_less_patience_in_a_crowd(patience):
    crowd = [Http() for _ in range(ROOM // 2 + 1)]
    patience.late(crowd, 0)
    assert patience.late(crowd, SECONDS * IN_A_CROWD) == crowd


def test_a_websocket_that_never_was_asked_for_is_late(patience):
    hung, open_one = Socket(asked=False), Socket(asked=True)
    patience.late([hung, open_one], 0)
    assert patience.late([hung, open_one], 1000) == [hung]
