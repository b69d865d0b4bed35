import json
import re

from frigate_ext.domain.account import Role
from tests.web.live.clients import PATIENCE
from web.identity import Identity
from web.live.feed import MAX_MISSED

ALERTS = [f"17000000{n:02}.000-abc123" for n in range(4)]


def messages(text):
    """`(id, topic)` of every event so far."""
    found = re.findall(rb"(?:id: (\S+)\n)?data: (.+)\n\n", text)
    return [(number.decode(), json.loads(data)["topic"]) for number, data in found]


def test_events_are_the_messages_of_the_socket(house, served):
    stream = served.get("/api/stream?topics=camera_monitoring,porch/state")
    start = stream.until(b"porch/state")
    assert b"200 OK" in start
    assert b"content-type: text/event-stream" in start.lower()
    assert b"x-content-type-options: nosniff" in start.lower()
    assert b"content-length" not in start.lower()
    house.live.news.alert_committed(house.add_alert(id=ALERTS[0]))
    assert messages(stream.until(b"alert_id")) == [("", "porch/state"), (ALERTS[0], "camera_monitoring")]


def test_who_comes_back_is_told_the_alerts_it_has_missed_once_each_and_in_order(house, served):
    for alert_id in ALERTS[:3]:
        house.add_alert(id=alert_id)
    house.add_alert(id="1700000002.500-abc123", camera="yard")
    stream = served.get("/api/stream?topics=camera_monitoring&cameras=porch", Last_Event_ID=ALERTS[0])
    stream.until(ALERTS[2].encode())
    house.live.news.alert_committed(house.store.alerts.rows[2])
    house.live.news.alert_committed(house.add_alert(id=ALERTS[3]))
    assert [number for number, _ in messages(stream.until(ALERTS[3].encode()))] == ALERTS[1:]


def test_the_alerts_of_other_cameras_take_no_room_among_those_one_has_missed(house, served, doorman):
    doorman.identity = Identity("granny", Role.VIEWER, frozenset({"porch"}))
    house.add_alert(id=ALERTS[1])
    for second in range(MAX_MISSED):
        house.add_alert(id=f"1700000{100 + second}.000-abc123", camera="yard")
    stream = served.get("/api/stream?topics=camera_monitoring", Last_Event_ID=ALERTS[0])
    assert b"yard" not in stream.until(ALERTS[1].encode())


def test_what_is_no_alert_is_not_gone_on_from(house, served):
    house.add_alert(id=ALERTS[0])
    stream = served.get("/api/stream?topics=camera_monitoring", Last_Event_ID="0")
    stream.until(b"retry")
    house.live.news.alert_committed(house.add_alert(id=ALERTS[1]))
    assert [number for number, _ in messages(stream.until(ALERTS[1].encode()))] == [ALERTS[1]]


def test_a_line_break_in_what_is_said_ends_no_event(house, served):
    stream = served.get("/api/stream?topics=camera_monitoring")
    stream.until(b"retry")
    house.live.news.alert_committed(house.add_alert(id=ALERTS[0], message="one\n\ndata: two"))
    (event,) = re.findall(rb"data: (.+)\n\n", stream.until(b"alert_id"))
    assert json.loads(json.loads(event)["payload"])["message"] == "one\n\ndata: two"


def test_silence_is_broken_now_and_then(served, monkeypatch):
    monkeypatch.setattr("web.live.events.HEARTBEAT", 0.05)
    served.get("/api/stream?topics=stats/never").until(b"\n: \n\n")


def test_another_sites_page_can_not_hold_a_stream_open(served):
    assert b"403 Forbidden" in served.get("/api/stream", Sec_Fetch_Site="cross-site").until(b"\r\n\r\n")


def test_rights_that_are_taken_away_and_a_stop_end_the_reply(serve, doorman):
    served = serve(recheck_seconds=0.05)
    stream = served.get("/api/stream")
    stream.until(b"retry")
    doorman.identity, identity = None, doorman.identity
    stream.until(b"\r\n0\r\n\r\n")
    doorman.identity = identity
    other = served.get("/api/stream")
    other.until(b"retry")
    served.server.stop()
    other.until(b"\r\n0\r\n\r\n")
    assert served.server.join(PATIENCE)


def test_only_so_many_streams_are_open_at_once(served, monkeypatch):
    monkeypatch.setattr("web.live.streams.MAX_STREAMS", 2)
    for _ in range(2):
        served.get("/api/stream").until(b"retry")
    assert b"too_many_streams" in served.get("/api/stream").until(b"}")
    assert b"200 OK" in served.get("/api/version").until(b"\r\n\r\n")


def test_one_person_leaves_room_for_others_whatever_keys_they_use(served, doorman, monkeypatch):
    monkeypatch.setattr("web.live.streams.MAX_OF_ONE", 2)
    anna = Identity("anna", Role.ADMIN)
    for identity in (anna, Identity("anna (tablet)", Role.VIEWER, owner="anna")):
        doorman.identity = identity
        served.get("/api/stream").until(b"retry")
    refused = served.get("/api/stream").until(b"}")
    assert b"429 Too Many Requests" in refused
    assert b"retry-after: 10" in refused.lower()
    doorman.identity = Identity("granny", Role.VIEWER)
    served.get("/api/stream").until(b"retry")
