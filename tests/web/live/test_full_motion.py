from dataclasses import replace

import pytest

from web.app import create_app
from web.live.full_motion import FullMotion, Server

GO2RTC = FullMotion(
    Server.GO2RTC, "https://nvr.example:1984/rtc", {"porch": {"Main": "porch main", "Sub": "sub"}}
)


def client_of(house, full_motion):
    return create_app(replace(house.services(), full_motion=full_motion)).test_client()


def test_go2rtc_has_a_camera_by_webrtc_by_websocket_and_as_a_page(house):
    porch, yard = client_of(house, GO2RTC).get("/api/live").json["items"]
    assert porch["streams"][0] == {
        "name": "Main",
        "whep": "https://nvr.example:1984/rtc/api/webrtc?src=porch%20main",
        "mse": "wss://nvr.example:1984/rtc/api/ws?src=porch%20main",
        "page": "https://nvr.example:1984/rtc/stream.html?src=porch%20main",
    }
    assert [stream["name"] for stream in porch["streams"]] == ["Main", "Sub"]
    assert yard["streams"][0]["whep"].endswith("?src=yard")


def test_mediamtx_has_no_websocket(house):
    known = FullMotion(Server.MEDIAMTX, "http://nvr.example:8889")
    (stream,) = client_of(house, known).get("/api/live").json["items"][0]["streams"]
    assert stream == {
        "name": "porch",
        "whep": "http://nvr.example:8889/porch/whep",
        "mse": None,
        "page": "http://nvr.example:8889/porch/",
    }


def test_without_either_there_are_our_own_pictures(client):
    assert client.get("/api/live").json["items"][0] == {
        "camera": "porch",
        "mjpeg": "/api/porch/mjpeg",
        "jpeg_socket": "/live/jpeg/porch",
        "streams": [],
    }


def test_pages_may_reach_that_server_and_no_other(house):
    policy = client_of(house, GO2RTC).get("/api/version").headers["Content-Security-Policy"]
    assert "connect-src 'self' https://nvr.example:1984 wss://nvr.example:1984;" in policy
    assert "frame-src https://nvr.example:1984;" in policy
    assert "'unsafe" not in policy


@pytest.mark.parametrize("directive", ["frame-src", "media-src", "http:", "ws:"])
def test_without_one_pages_reach_nobody(client, directive):
    assert directive not in client.get("/api/version").headers["Content-Security-Policy"]
