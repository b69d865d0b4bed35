"""What no browser sends: a server that is shown bytes of any kind refuses, and stays as it is."""

import socket
from contextlib import suppress
from ipaddress import ip_network

import pytest

from tests.web.conftest import PASSWORD
from web.access import AccessSettings
from web.app import create_app
from web.listener import Listener
from web.proxy import ProxySettings
from web.server import WebServer

HOST = b"Host: 127.0.0.1\r\n"
JSON = HOST + b"Content-Type: application/json\r\n"


def nested(levels: int) -> bytes:
    return b'{"camera": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def posted(path: bytes, body: bytes, *headers: bytes) -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return b"POST %b HTTP/1.1\r\n" % path + JSON + length + b"".join(headers) + b"\r\n" + body


def got(path: bytes, *headers: bytes) -> bytes:
    return b"GET %b HTTP/1.1\r\n" % path + HOST + b"".join(headers) + b"\r\n"


ODD = {
    "cookies of no encoding": (got(b"/api/jobs", b"Cookie: a=\xff\xfe; frigate_ext_session=\xff\r\n"), 401),
    "cookies of no encoding on a page": (got(b"/login", b"Cookie: \xff=\xfe\r\n"), 200),
    "a key of no encoding": (got(b"/api/jobs", b"Authorization: Bearer \xff\r\n"), 401),
    "a cookie beyond measure": (got(b"/api/jobs", b"Cookie: a=" + b"x" * 10**6 + b"\r\n"), 400),
    "another host": (b"GET /login HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    "another host before an @": (b"GET /login HTTP/1.1\r\nHost: evil@127.0.0.1\r\n\r\n", 421),
    "another host after a #": (b"GET /login HTTP/1.1\r\nHost: 127.0.0.1#evil\r\n\r\n", 421),
    "half an address": (b"GET /login HTTP/1.1\r\nHost: [::1\r\n\r\n", 421),
    "two hosts": (b"GET /login HTTP/1.1\r\nHost: evil\r\n" + HOST + b"\r\n", 400),
    "no host": (b"GET /login HTTP/1.1\r\n\r\n", 400),
    "a language of no encoding": (got(b"/login", b"Accept-Language: \xff;q=nan, en;q=9\r\n"), 200),
    "two lengths": (
        b"POST /api/login HTTP/1.1\r\n" + JSON + b"Content-Length: 6\r\nContent-Length: 5\r\n\r\n",
        400,
    ),
    "no number": (b"POST /api/login HTTP/1.1\r\n" + JSON + b"Content-Length: -1\r\n\r\n", 400),
    "an unknown encoding": (
        b"POST /api/login HTTP/1.1\r\n" + JSON + b"Transfer-Encoding: xchunked\r\n\r\n",
        400,
    ),
    "out of the folder": (got(b"/static/..%2f..%2fapp.py"), 404),
    "out of the folder by dots": (got(b"/static/%2e%2e/%2e%2e/pyproject.toml"), 404),
    "out of the folder by backslash": (got(b"/static/..%5c..%5capp.py"), 404),
    "the end of a string": (got(b"/static/%00"), 404),
    "two slashes": (got(b"//evil.example/%2e%2e"), 401),
    "another method by a header": (posted(b"/api/jobs", b"{}", b"X-HTTP-Method-Override: GET\r\n"), 401),
    "half a character": (posted(b"/api/login", b'{"user": "\\ud800", "password": "x"}'), 400),
    "bytes of no encoding": (posted(b"/api/login", b'{"user": "\xff", "password": "x"}'), 400),
    "a name with an end": (posted(b"/api/login", b'{"user": "a\\u0000b", "password": "x"}'), 401),
    "a tunnel": (b"CONNECT evil:80 HTTP/1.1\r\n" + HOST + b"\r\n", 401),
    "an echo": (b"TRACE /login HTTP/1.1\r\n" + HOST + b"\r\n", 401),
    "an old websocket": (got(b"/ws", b"Upgrade: websocket\r\nConnection: Upgrade\r\n"), 400),
    **{f"{n} levels": (posted(b"/api/login", nested(n)), 400) for n in (33, 900, 985, 10_000)},
}


@pytest.fixture
def serve(guarded):
    running = []

    def start(**options):
        listener = Listener("127.0.0.1", 0)
        server = WebServer(create_app(guarded.services()), listener, guarded.live, **options)
        server.start()
        running.append(server)
        assert server.ready.wait(5)
        return listener

    yield start
    for server in running:
        server.stop()
        assert server.join(4)


def answers(listener, data: bytes) -> bytes:
    """What comes back until the server has nothing more to say and hangs up, or has answered once."""
    with socket.create_connection((listener.host, listener.port), timeout=5) as connection:
        line = b" HTTP/1.1\r\n"
        connection.sendall(
            data if b"Connection:" in data else data.replace(line, line + b"Connection: close\r\n", 1)
        )
        told = b""
        with suppress(ConnectionResetError):
            while chunk := connection.recv(65536):
                told += chunk
        return told


def test_odd_requests_are_refused_and_are_nothing_of_ours_to_be_sorry_for(serve, caplog):
    listener = serve()
    for name, (request, status) in ODD.items():
        told = answers(listener, request)
        assert told.startswith(b"HTTP/1.1 %d " % status), (name, told[:200])
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_a_body_with_two_lengths_is_not_read_as_two_requests(serve):
    smuggled = b"0\r\n\r\n" + got(b"/api/version")
    both = b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % len(smuggled)
    told = answers(serve(), b"POST /api/login HTTP/1.1\r\n" + JSON + both + smuggled)
    assert told.startswith(b"HTTP/1.1 400 ")
    assert told.count(b"HTTP/1.1") == 1


def test_a_header_that_only_looks_like_that_of_the_proxy_signs_nobody_in(guarded, serve):
    guarded.access = AccessSettings(
        proxy=ProxySettings(
            trusted=(ip_network("127.0.0.0/8"),), user_header="remote-user", role_header="remote-role"
        )
    )
    listener = serve()
    said = b"Remote-User: granny\r\nRemote-Role: viewer\r\n"
    assert b'"username":"granny"' in answers(listener, got(b"/api/profile", said))
    forged = b"remote_user: Anna\r\nremote_role: admin\r\n"
    assert answers(listener, got(b"/api/profile", forged)).startswith(b"HTTP/1.1 401 ")
    for both in (forged + said, said + forged):
        told = answers(listener, got(b"/api/profile", both))
        assert b'"username":"granny","role":"viewer"' in told


def test_who_never_ends_a_request_is_dropped_and_holds_up_nobody(serve):
    listener = serve(head_seconds=0.1)
    slow = [socket.create_connection((listener.host, listener.port), timeout=5) for _ in range(30)]
    halves = (
        b"GET / HTTP/1.1\r\nX-a: ",
        b"",
        b"POST /api/login HTTP/1.1\r\n" + JSON + b"Upgrade: websocket\r\n",
    )
    for number, connection in enumerate(slow):
        connection.sendall(halves[number % len(halves)])
    upgraded = b"POST /ws HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    slow[0].sendall(b"x\r\n\r\n")
    slow[3].sendall(b"\r\n" + upgraded)
    assert answers(listener, got(b"/api/version")).startswith(b"HTTP/1.1 200 ")
    for connection in slow:
        with connection, suppress(ConnectionResetError):
            while connection.recv(65536):
                pass


@pytest.mark.parametrize("path", [b"/api/porch/mjpeg", b"/api/porch", b"/api/stream"])
def test_who_asks_for_the_head_of_a_stream_gets_that_and_no_stream(guarded, serve, path):
    token = guarded.accounts().sign_in.enter("Anna", PASSWORD, {}, "127.0.0.1")
    key = b"Authorization: Bearer " + token.encode() + b"\r\n"
    told = answers(serve(), b"HEAD %b HTTP/1.1\r\n" % path + HOST + key + b"\r\n")
    assert told.startswith(b"HTTP/1.1 200 ")
    assert told.endswith(b"\r\n\r\n")
