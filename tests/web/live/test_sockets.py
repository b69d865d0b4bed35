import json
import socket
import time
from dataclasses import replace

import pytest
from websockets.exceptions import InvalidStatus

from frigate_ext.domain.account import Role
from frigate_ext.domain.camera import CameraState
from frigate_ext.domain.geometry import Box
from frigate_ext.domain.watch import JobState, Origin, Watch
from frigate_ext.errors import StoreError
from frigate_ext.notify.messages import Messages
from tests.web.conftest import a_look, an_object
from tests.web.live.clients import PATIENCE, closed, heard, joined
from web.identity import Identity

MARKUP = '<img src=x onerror=alert(1)>"\n'


@pytest.fixture
def news(house):
    return house.live.news


@pytest.fixture
def job(house):
    return house.jobs.start_job(Watch(name="w", camera="porch", condition="a parcel"), Origin.API)


def test_jobs_are_told_in_the_words_of_mqtt(served, news, job):
    client = joined(served.socket("/ws"))
    news.job_changed(job)
    assert heard(client, "job_state") == json.loads(Messages("p", 0, "").job_state(job).payload)
    assert heard(client, f"watch/{job.id}/state") == "running"
    news.job_changed(replace(job, state=JobState.MET))
    assert heard(client, f"watch/{job.id}/state") == "met"
    news.job_deleted(job)
    assert heard(client, f"watch/{job.id}/state") == ""


def test_alerts_and_looks_are_told_as_they_are_committed(house, served, news, job):
    client = joined(served.socket("/ws"))
    news.look_finished(a_look(7, job.id), job)
    news.alert_committed(house.add_alert(id="1700000000.000-abc123", job_id=job.id))
    look = heard(client, f"watch/{job.id}/look")
    assert (look["id"], look["verdict"]["verdict"], look["trigger"]) == (7, "met", "person entered steps")
    assert not {"prompt", "reply"} & look.keys()
    alert = heard(client, "camera_monitoring")
    assert (alert["alert_id"], alert["camera"]) == ("1700000000.000-abc123", "porch")
    assert alert["evidence"] == [f"{house.external_url}/api/alerts/1700000000.000-abc123/evidence/0.jpg"]


def test_who_comes_is_told_how_everything_is(served):
    client = served.socket("/ws?cameras=porch")
    state, seen = heard(client, "porch/state"), heard(client, "porch/objects")
    assert (state["state"], state["size"]) == ("online", {"width": 1280, "height": 720})
    assert [(thing["label"], thing["box"]) for thing in seen["objects"]] == [("person", [100, 200, 300, 600])]
    client.send(json.dumps({"topic": "onConnect"}))
    assert heard(client, "porch/state") == state


def test_only_what_an_eye_would_notice_is_told(house, served):
    client = joined(served.socket("/ws?topics=porch/objects"))
    house.see("porch", seq=2, objects=(an_object(score=0.7),))
    house.see("porch", seq=3, objects=(an_object(score=0.7, box=Box(0, 0, 9, 9)),))
    assert heard(client, "porch/objects")["objects"][0]["box"] == [0, 0, 9, 9]
    house.see("porch", seq=4, objects=())
    assert heard(client, "porch/objects")["objects"] == []


def test_a_camera_that_falls_silent_is_told(house, served):
    client = joined(served.socket("/ws?topics=%2B/state"))
    house.see("porch", seq=2, state=CameraState.STALLED, detail="no packets")
    assert heard(client, "porch/state")["state"] == "stalled"
    house.silent.add("porch")
    assert heard(client, "porch/state")["detail"] == "its detection process is silent"


def test_clients_say_what_they_want_to_hear(served, news, job):
    client = joined(served.socket("/ws"))
    client.send(json.dumps({"topic": "subscribe", "payload": json.dumps({"topics": ["watch/+/state"]})}))
    news.job_changed(joined(client) and job)
    assert json.loads(client.recv(timeout=PATIENCE))["topic"] == f"watch/{job.id}/state"
    client.send(json.dumps({"topic": "subscribe", "payload": {"cameras": ["yard"]}}))
    joined(client)
    news.job_changed(job)
    news.job_changed(replace(job, watch=replace(job.watch, camera="yard")))
    assert heard(client, "job_state")["vlm_watch"]["camera"] == "yard"


def test_statistics_come_by_themselves(served):
    assert heard(served.socket("/ws?topics=stats"), "stats")["service"] == {"version": "0.18.0"}


def test_who_may_see_some_cameras_hears_of_no_others(house, served, doorman, news, job):
    doorman.identity = Identity("guest", Role.VIEWER, frozenset({"yard"}))
    client = joined(served.socket("/ws?cameras=porch,yard"))
    news.job_changed(job)
    news.alert_committed(house.add_alert())
    house.see("porch", seq=2, objects=())
    news.job_changed(replace(job, watch=replace(job.watch, camera="yard")))
    told = [json.loads(client.recv(timeout=PATIENCE))]
    while told[-1]["topic"] != "job_state":
        told.append(json.loads(client.recv(timeout=PATIENCE)))
    assert "porch" not in json.dumps(told)


@pytest.mark.parametrize(
    "identity",
    [None, Identity("admin", Role.VIEWER), Identity("admin", Role.ADMIN, frozenset({"porch"}))],
    ids=["signed out", "another role", "fewer cameras"],
)
def test_rights_that_are_taken_away_end_it(serve, doorman, identity):
    client = joined(serve(recheck_seconds=0.05).socket("/ws"))
    doorman.identity = identity
    assert closed(client) == 4401


def test_a_database_that_is_away_is_no_signing_out(serve, doorman, monkeypatch):
    client = joined(serve(recheck_seconds=0.05).socket("/ws"))

    def fail(*_):
        raise StoreError("disk full")

    monkeypatch.setattr(doorman, "identify", fail)
    assert closed(client) == 1013


def test_a_client_stays_as_long_as_it_may(serve, doorman, news, job):
    served = serve(recheck_seconds=0.01)
    client = joined(served.socket("/ws"))
    asked = doorman.asked
    while doorman.asked < asked + 3:
        time.sleep(0)
    news.job_changed(job)
    assert heard(client, "job_state")


@pytest.mark.parametrize(
    "said,code",
    [
        (["no json"], 1007),
        (["[]"], 1007),
        (["{}"], 1007),
        (["[" * 15_000], 1007),
        ([b"\x00"], 1003),
        (["x" * 20_000], 1009),
        (['{"topic": "onConnect"}'] * 21, 4429),
    ],
)
def test_who_says_nonsense_or_too_much_is_sent_away(served, said, code):
    client = served.socket("/ws?topics=stats")
    for message in said:
        client.send(message)
    assert closed(client) == code


@pytest.mark.parametrize(
    "topic,payload,why",
    [
        ("porch/detect/set", "OFF", "unknown topic"),
        ("job_state", {"vlm_watch": {}}, "unknown topic"),
        ("subscribe", {"topics": ["a/#/b"]}, "whole levels"),
        ("subscribe", {"topics": ["x"] * 51}, "no more than 50"),
        ("subscribe", {"topics": [""]}, "1 to 200"),
        ("subscribe", {"camera": "yard"}, "unknown field"),
        ("subscribe", "{", "truncated"),
        ("subscribe", 7, "Expected"),
    ],
)
def test_a_wish_that_makes_no_sense_is_explained(served, topic, payload, why):
    client = joined(served.socket("/ws"))
    client.send(json.dumps({"topic": topic, "payload": payload}))
    assert why in heard(client, "error")


@pytest.mark.parametrize(
    "path,headers,status",
    [
        ("/ws", {"Origin": "https://evil.example"}, 403),
        ("/ws?topics=a%23", {}, 422),
        ("/ws?colour=red", {}, 422),
        (f"/ws?cameras={'x' * 201}", {}, 422),
        (f"/api/stream?topics={'x' * 201}", {}, 422),
        ("/live/jpeg/attic", {}, 404),
        ("/api/stream", {}, 400),
        ("/nowhere", {}, 404),
    ],
)
def test_a_socket_that_can_not_be_had_is_refused_with_a_problem(served, path, headers, status):
    with pytest.raises(InvalidStatus) as refusal:
        served.socket(path, **headers)
    response = refusal.value.response
    assert (response.status_code, json.loads(response.body)["status"]) == (status, status)


def test_strangers_hear_nothing(served, doorman):
    doorman.identity = None
    with pytest.raises(InvalidStatus, match="401"):
        served.socket("/ws")


def test_our_own_page_is_no_stranger(house, served):
    assert joined(served.socket("/ws", Origin=served.url))
    assert joined(served.socket("/ws", Origin=house.external_url))


def test_who_asks_without_a_websocket_is_told_so(served):
    assert b"426 Upgrade Required" in served.get("/ws").until(b"not_a_websocket")


def test_markup_stays_data(served, news, job):
    client = joined(served.socket("/ws"))
    news.job_changed(replace(job, watch=replace(job.watch, condition=MARKUP), error=MARKUP))
    told = heard(client, "job_state")["vlm_watch"]
    assert (told["condition"], told["error"]) == (MARKUP, MARKUP)


def test_a_client_that_does_not_read_is_sent_away_and_holds_up_nobody(house, served, news, job):
    stuck = stuck_socket(served)
    client = joined(served.socket("/ws?topics=job_state"))
    long = replace(job, error="x" * 4000)
    for n in range(20):
        for _ in range(150):
            news.job_changed(long)
        assert sum(heard(client, "job_state")["vlm_watch"]["error"] != "" for _ in range(150)) == 150, n
    while house.live.listeners > 1:
        time.sleep(0)
    assert stuck.fileno() > 0


def stuck_socket(served):
    """A WebSocket that asks for everything and reads nothing."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((served.listener.host, served.listener.port))
    served.open_clients.callback(connection.close)
    connection.sendall(
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert b"101" in connection.recv(15)
    return connection


def test_a_server_that_stops_says_so_and_takes_no_time(serve, news, job):
    served = serve()
    clients = [joined(served.socket("/ws")) for _ in range(5)]
    stuck_socket(served)
    for _ in range(100):
        news.job_changed(replace(job, error="x" * 4000))
    before = time.monotonic()
    served.server.stop()
    assert [closed(client) for client in clients] == [1012] * 5
    assert served.server.join(3)
    assert time.monotonic() - before < 3
    news.job_changed(job)
