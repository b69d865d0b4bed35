"""Pictures that a detection process does not answer, asked for over a real server."""

import threading
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest

from frigate_ext.errors import FrameUnavailableError
from tests.web.live.clients import PATIENCE
from web.server import WORKERS
from web.site import NEGOTIATORS, WAITERS

HEAD = b"\r\n\r\n"


@pytest.fixture
def hanging(house, monkeypatch):
    """A detection process that answers once `free` is set; `entered` counts who waits for it."""
    monkeypatch.setattr("web.site.WAIT_SECONDS", 0.3)
    answered, fetch = threading.Event(), house.fetch_frame
    entered = threading.Semaphore(0)

    def wait(*wanted):
        entered.release()
        assert answered.wait(PATIENCE)
        return fetch(*wanted)

    house.fetch_frame = wait
    house.free, house.entered = answered, entered
    yield house
    answered.set()


def asked(served, count):
    return [served.get("/api/porch/latest.jpg") for _ in range(count)]


def test_pictures_that_nobody_answers_leave_threads_for_everything_else(hanging, serve):
    served = serve()
    clients = asked(served, 3 * WORKERS)
    assert all(hanging.entered.acquire(timeout=PATIENCE) for _ in range(WAITERS))
    assert b"200 OK" in served.get("/api/jobs").until(HEAD)
    assert not hanging.entered.acquire(blocking=False)
    refused = clients[-1].until(b"}")
    assert b"503 Service Unavailable" in refused
    assert b"retry-after: 2" in refused.lower()
    assert b'"busy"' in refused
    hanging.free.set()


def test_a_media_server_that_hangs_leaves_threads_for_pictures(house, serve):
    answered, entered = threading.Event(), threading.Semaphore(0)

    def hang(*_):
        entered.release()
        assert answered.wait(PATIENCE)
        return ""

    house.full_motion = SimpleNamespace(answer=hang)
    served = serve()
    with ExitStack() as clients:
        for _ in range(WORKERS):
            client = clients.enter_context(
                closing(HTTPConnection(served.listener.host, served.listener.port))
            )
            headers = {"Content-Type": "application/json"}
            client.request("POST", "/api/porch/webrtc", '{"offer": "v=0\\r\\n"}', headers)
        assert all(entered.acquire(timeout=PATIENCE) for _ in range(NEGOTIATORS))
        assert b"200 OK" in served.get("/api/porch/latest.jpg").until(HEAD)
        assert not entered.acquire(blocking=False)
        answered.set()


def test_a_burst_is_answered_whole_where_nobody_hangs(served, house):
    assert all(b"200 OK" in one.until(HEAD) for one in asked(served, 3 * WORKERS))


def test_who_reads_a_picture_slowly_keeps_nobody_waiting(hanging, serve):
    hanging.free.set()
    served = serve()
    slow = [served.get("/api/porch/latest.png", buffer=4096) for _ in range(WAITERS)]
    assert len(slow) == WAITERS
    assert b"200 OK" in served.get("/api/porch/latest.jpg").until(HEAD)


def test_a_picture_that_can_not_be_had_says_when_to_come_back(house, client):
    house.frame_error = FrameUnavailableError("the frame is gone")
    assert client.get("/api/porch/latest.jpg").headers["Retry-After"] == "2"
