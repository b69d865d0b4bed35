"""The addresses we name, asked of servers that tell requests apart as go2rtc 1.9 and MediaMTX 1.x do."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests
from websockets.sync.client import connect
from websockets.sync.server import serve as serve_sockets

from web.live.full_motion import FullMotion, Server

OFFER = "v=0\r\n"
SDP = {"Content-Type": "application/sdp"}
STREAMS = ("porch_main", "cams/porch main")


class StandIn(BaseHTTPRequestHandler):
    """Answers with the name of the stream that was asked for."""

    def do_GET(self):
        self.answer(200, self.page())

    def do_POST(self):
        offered = self.rfile.read(int(self.headers["Content-Length"])).decode()
        is_offer = self.headers["Content-Type"] == SDP["Content-Type"] and offered == OFFER
        self.answer(201 if is_offer else 400, self.watched())

    def answer(self, status, stream):
        self.send_response(status if stream else 404)
        self.send_header("Content-Type", "application/sdp")
        self.end_headers()
        self.wfile.write((stream or "").encode())

    def log_message(self, *_):
        pass

    @property
    def asked(self):
        return urlsplit(self.path)


class Go2rtc(StandIn):
    """By `src`: `/api/webrtc` takes an offer, `stream.html` is the player."""

    def page(self):
        return self.source("/stream.html")

    def watched(self):
        return self.source("/api/webrtc")

    def source(self, path):
        return parse_qs(self.asked.query).get("src", [""])[0] if self.asked.path == path else None


class MediaMtx(StandIn):
    """By the path before `/whep`, slashes and all; the player is at the path itself and a slash."""

    def page(self):
        path = unquote(self.asked.path)
        return path[1:-1] if path.endswith("/") else None

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
def test_an_offer_reaches_the_stream_and_the_player_shows_it(server, handler, stream):
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listener, serving(listener):
        url = f"http://127.0.0.1:{listener.server_port}"
        (named,) = FullMotion(server, url, {"porch": {"Main": stream}}).of("porch")
        answer = requests.post(named["whep"], data=OFFER, headers=SDP, timeout=5)
        assert (answer.status_code, answer.text) == (201, stream)
        page = requests.get(named["page"], timeout=5, allow_redirects=False)
        assert (page.status_code, page.text) == (200, stream)


@pytest.mark.parametrize("stream", STREAMS)
def test_go2rtcs_socket_tells_the_codecs_and_sends_the_stream(stream):
    def speak(socket):
        asked, said = urlsplit(socket.request.path), json.loads(socket.recv(timeout=5))
        assert (asked.path, said["type"]) == ("/api/ws", "mse")
        socket.send(json.dumps({"type": "mse", "value": 'video/mp4; codecs="avc1.64001F"'}))
        socket.send(parse_qs(asked.query)["src"][0].encode())

    with serve_sockets(speak, "127.0.0.1", 0) as listener, serving(listener):
        url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
        (named,) = FullMotion(Server.GO2RTC, url, {"porch": {"Main": stream}}).of("porch")
        with connect(named["mse"], open_timeout=5) as client:
            client.send(json.dumps({"type": "mse", "value": "avc1.64001F"}))
            assert json.loads(client.recv(timeout=5))["value"].startswith("video/mp4")
            assert client.recv(timeout=5) == stream.encode()
