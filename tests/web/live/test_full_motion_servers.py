"""Streams asked of servers that tell requests apart as go2rtc 1.9 and MediaMTX 1.x do."""

import json
import re
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve as serve_sockets

from frigate_ext.domain.account import Role
from frigate_ext.errors import StreamError
from tests.web.live.clients import PATIENCE, closed
from web.app import create_app
from web.identity import Identity
from web.live.full_motion import FullMotion, Server
from web.live.whep import Negotiator

OFFER = "v=0\r\n"
STREAMS = ("porch_main", "cams/porch main")


class StandIn(BaseHTTPRequestHandler):
    """Answers with the name of the stream that was asked for."""

    def do_POST(self):
        offered = self.rfile.read(int(self.headers["Content-Length"])).decode()
        is_offer = self.headers["Content-Type"] == "application/sdp" and offered == OFFER
        stream = self.watched()
        self.send_response(404 if stream is None else 201 if is_offer else 400)
        self.send_header("Content-Type", "application/sdp")
        self.end_headers()
        self.wfile.write(f"{OFFER}s={stream}".encode())

    def log_message(self, *_):
        pass

    @property
    def asked(self):
        return urlsplit(self.path)


class Go2rtc(StandIn):
    """By `src`."""

    def watched(self):
        return parse_qs(self.asked.query)["src"][0] if self.asked.path == "/api/webrtc" else None


class MediaMtx(StandIn):
    """By the path before `/whep`, slashes and all."""

    def watched(self):
        found = re.fullmatch("/(.+?)/(whip|whep)", unquote(self.asked.path))
        return found[1] if found and found[2] == "whep" else None


@contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("server,handler", [(Server.GO2RTC, Go2rtc), (Server.MEDIAMTX, MediaMtx)])
def test_an_offer_reaches_the_stream_and_its_answer_who_has_made_it(house, server, handler, stream):
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listener, serving(listener):
        full_motion = FullMotion(
            server, f"http://127.0.0.1:{listener.server_port}", {"porch": {"Main": stream}}
        )
        client = create_app(replace(house.services(), full_motion=full_motion)).test_client()
        reply = client.post("/api/porch/webrtc", json={"stream": "Main", "offer": OFFER})
    assert (reply.status_code, reply.json) == (200, {"answer": f"{OFFER}s={stream}"})


class Dripping(StandIn):
    """Never comes to the end of its answer."""

    def do_POST(self):
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(b"v")
                self.server.gone.wait(0.02)


def test_a_server_that_never_ends_its_answer_keeps_nobody_waiting():
    with ThreadingHTTPServer(("127.0.0.1", 0), Dripping) as listener, serving(listener):
        listener.gone = threading.Event()
        with pytest.raises(StreamError, match="too long"):
            Negotiator(patience=0.3).answer(f"http://127.0.0.1:{listener.server_port}", OFFER)


class Go2rtcSocket:
    """Tells the codecs, sends the stream's name, and then what it is told; `went` is set at the end."""

    def __init__(self):
        self.asked = []
        self.says = {"type": "mse", "value": 'video/mp4; codecs="avc1.64001F"'}
        self.went = threading.Event()
        self.end = threading.Event()

    def __call__(self, socket):
        said = json.loads(socket.recv(timeout=PATIENCE))
        self.asked.append((urlsplit(socket.request.path).path, said))
        socket.send(json.dumps(self.says))
        socket.send(parse_qs(urlsplit(socket.request.path).query)["src"][0].encode())
        if not self.end.is_set():
            with suppress(ConnectionClosed):
                socket.recv()
        self.went.set()


@pytest.fixture
def go2rtc():
    speak = Go2rtcSocket()
    with serve_sockets(speak, "127.0.0.1", 0) as listener:
        thread = threading.Thread(target=listener.serve_forever, daemon=True)
        thread.start()
        speak.url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
        yield speak
        listener.shutdown()
        thread.join()


@pytest.fixture
def film(house, serve, go2rtc):
    """`film()` is a client that is served the porch."""
    house.full_motion = FullMotion(Server.GO2RTC, go2rtc.url, {"porch": {"Main": "cams/porch main"}})
    served = serve(recheck_seconds=0.05)
    return lambda: served.socket("/live/mse/porch?stream=Main")


ASK = json.dumps({"type": "mse", "value": "avc1.64001F"})


def test_a_film_over_a_websocket_is_passed_on(film, go2rtc):
    client = film()
    client.send(ASK)
    assert json.loads(client.recv(timeout=PATIENCE))["value"].startswith("video/mp4")
    assert client.recv(timeout=PATIENCE) == b"cams/porch main"
    assert go2rtc.asked == [("/api/ws", json.loads(ASK))]
    client.close()
    assert go2rtc.went.wait(PATIENCE)


@pytest.mark.parametrize("said", ['{"type": "webrtc/offer", "value": "v=0"}', "{", "x" * 2000])
def test_nothing_else_is_asked_of_the_server(film, go2rtc, said):
    client = film()
    client.send(said)
    assert closed(client) == 1007
    assert go2rtc.asked == []


def test_what_the_server_says_of_its_troubles_is_not_passed_on(film, go2rtc):
    go2rtc.says = {"type": "error", "value": "mse: dial tcp 10.0.0.5:554: no route to host"}
    client = film()
    client.send(ASK)
    with pytest.raises(ConnectionClosed) as end:
        client.recv(timeout=PATIENCE)
    assert end.value.rcvd.code == 1014


def test_who_may_not_see_the_camera_any_more_is_cut_off_from_its_film(film, go2rtc, doorman):
    client = film()
    client.send(ASK)
    client.recv(timeout=PATIENCE)
    doorman.identity = Identity("granny", Role.VIEWER, frozenset({"yard"}))
    assert closed(client) == 4401
    assert go2rtc.went.wait(PATIENCE)


def test_a_server_that_goes_away_ends_the_film(film, go2rtc):
    go2rtc.end.set()
    client = film()
    client.send(ASK)
    assert closed(client) == 1014
