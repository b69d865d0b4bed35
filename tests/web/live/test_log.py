import json
import logging

import pytest
from websockets.exceptions import InvalidStatus

from frigate_ext.domain.account import Role
from tests.web.live.clients import PATIENCE, closed, heard, joined
from web.identity import Identity

VIEWER = Identity("granny", Role.VIEWER)
NARROW = Identity("admin (tablet)", Role.ADMIN, frozenset({"porch"}))


@pytest.fixture
def said(house):
    logger = logging.getLogger("frigate_ext.test_log")
    logger.addHandler(house.tail)
    yield logger.warning
    logger.removeHandler(house.tail)


def test_an_admin_who_asks_for_the_log_hears_it_without_secrets(served, said):
    client = joined(served.socket("/ws?topics=log"))
    said("can't open rtsp://admin:hush@cam/1")
    (line,) = heard(client, "log")["lines"]
    assert (line["level"], line["process"], line["text"]) == (
        "WARNING",
        "main",
        "can't open rtsp://***@cam/1",
    )


def test_a_flood_is_cut_to_its_newest_lines_whose_numbers_tell_what_is_missing(client, served, said):
    socket = joined(served.socket("/ws?topics=log"))
    for n in range(250):
        said("line %d", n)
    lines = heard(socket, "log")["lines"]
    while lines[-1]["text"] != "line 249":
        lines = heard(socket, "log")["lines"]
    assert len(lines) <= 100
    before = client.get("/api/logs?limit=1000").json["items"]
    assert [line["id"] for line in before] == list(range(1, 251))


def test_the_log_is_told_as_server_sent_events_too(served, said):
    stream = served.get("/api/stream?topics=log")
    stream.until(b"retry")
    said("something")
    assert b"something" in stream.until(b"frigate_ext.test_log")


@pytest.mark.parametrize("path", ["/ws", "/ws?topics=%23", "/ws?topics=%2B"])
def test_who_asks_for_everything_does_not_get_the_log(served, said, path):
    everything, log = served.socket(path), joined(served.socket("/ws?topics=log"))
    joined(everything)
    said("something")
    heard(log, "log")
    everything.send('{"topic": "ping"}')
    while (topic := json.loads(everything.recv(timeout=PATIENCE))["topic"]) != "pong":
        assert topic != "log"


@pytest.mark.parametrize("identity", [VIEWER, NARROW], ids=["a viewer", "a key for one camera"])
def test_who_does_not_rule_everything_is_refused_the_log(served, doorman, identity):
    doorman.identity = identity
    with pytest.raises(InvalidStatus) as refusal:
        served.socket("/ws?topics=log")
    assert refusal.value.response.status_code == 403
    assert b" 403 " in served.get("/api/stream?topics=stats,log").until(b"\r\n\r\n")
    client = joined(served.socket("/ws?topics=stats"))
    client.send(json.dumps({"topic": "subscribe", "payload": {"topics": ["log"]}}))
    assert "admin" in heard(client, "error")


def test_who_is_no_admin_any_more_hears_no_more_of_the_log(serve, doorman):
    client = joined(serve(recheck_seconds=0.05).socket("/ws?topics=log"))
    doorman.identity = VIEWER
    assert closed(client) == 4401
