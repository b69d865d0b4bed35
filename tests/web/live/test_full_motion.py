import logging
from dataclasses import replace

import pytest

from web.app import create_app
from web.live.full_motion import FullMotion, Server

GO2RTC = FullMotion(
    Server.GO2RTC, "http://127.0.0.1:1", {"porch": {"Main": "porch main", "Sub & more": "sub"}}
)
OFFER = {"stream": "Main", "offer": "v=0\r\n"}


def client_of(house, full_motion):
    return create_app(replace(house.services(), full_motion=full_motion)).test_client()


def test_streams_are_told_at_addresses_of_ours_alone(house):
    reply = client_of(house, GO2RTC).get("/api/live")
    porch, yard = reply.json["items"]
    assert porch["streams"] == [
        {"name": "Main", "webrtc": "/api/porch/webrtc", "mse": "/live/mse/porch?stream=Main"},
        {"name": "Sub & more", "webrtc": "/api/porch/webrtc", "mse": "/live/mse/porch?stream=Sub+%26+more"},
    ]
    assert [stream["name"] for stream in yard["streams"]] == ["yard"]
    assert "127.0.0.1" not in reply.text


def test_mediamtx_has_no_websocket(house):
    client = client_of(house, FullMotion(Server.MEDIAMTX, "http://127.0.0.1:1", {}))
    (stream,) = client.get("/api/live").json["items"][0]["streams"]
    assert stream == {"name": "porch", "webrtc": "/api/porch/webrtc", "mse": None}
    assert client.get("/live/mse/porch?stream=porch").json["code"] == "unknown_stream"


def test_without_either_there_are_our_own_pictures(client):
    assert client.get("/api/live").json["items"][0] == {
        "camera": "porch",
        "mjpeg": "/api/porch/mjpeg",
        "jpeg_socket": "/live/jpeg/porch",
        "streams": [],
    }
    assert client.post("/api/porch/webrtc", json=OFFER).json["code"] == "no_full_motion"


def test_a_stream_has_to_be_one_of_the_cameras(house):
    client = client_of(house, GO2RTC)
    replies = [
        client.post("/api/porch/webrtc", json=OFFER | {"stream": "sub"}),
        client.post("/api/yard/webrtc", json=OFFER),
    ]
    assert [reply.json["code"] for reply in replies] == ["unknown_stream", "unknown_stream"]


@pytest.mark.parametrize("offer", ["", "hello", "v=0\r\n" + "a" * 40_000])
def test_an_offer_has_to_be_a_session_description(house, offer):
    reply = client_of(house, GO2RTC).post("/api/porch/webrtc", json=OFFER | {"offer": offer})
    assert reply.status_code == 422


def test_a_server_that_is_away_is_said_without_its_address_and_logged_once(house, caplog):
    caplog.set_level(logging.WARNING)
    client = client_of(house, FullMotion(Server.GO2RTC, "http://127.0.0.1:1", {"porch": {"Main": "main"}}))
    for _ in range(3):
        reply = client.post("/api/porch/webrtc", json=OFFER)
        assert (reply.status_code, reply.json["code"]) == (503, "stream_unavailable")
        assert "127.0.0.1" not in reply.text
    assert caplog.messages == ["no full motion: the media server can't be reached"]


def test_pages_reach_nobody_but_us(house):
    policy = client_of(house, GO2RTC).get("/api/version").headers["Content-Security-Policy"]
    assert "connect-src 'self';" in policy
    assert "http:" not in policy
    assert "'unsafe" not in policy
