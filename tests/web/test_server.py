import logging
import socket
import ssl
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import requests

from frigate_ext.errors import ListenError
from tests.capture.waiting import eventually
from web.access import AccessSettings
from web.app import create_app
from web.certificate import Certificate
from web.listener import Listener
from web.server import WebServer

ASKED = b'{"camera": "porch", "condition": "a parcel is on the porch"}'
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def serve(house):
    """Starts servers, and sees that each is gone within two seconds."""
    running = []

    def start(tls=None, **options):
        listener = Listener("127.0.0.1", 0, tls)
        server = WebServer(create_app(house.services()), listener, house.live, **options)
        server.start()
        running.append(server)
        assert server.ready.wait(5)
        return Served(server, listener)

    yield start
    for server in running:
        server.stop()
        assert server.join(4)


@dataclass
class Served:
    server: WebServer
    listener: Listener

    @property
    def address(self):
        return self.listener.host, self.listener.port


def url(served, path):
    return served.listener.url + path


@pytest.fixture
def session():
    with requests.Session() as session:
        yield session


def test_the_api_is_served_over_a_real_socket(serve, session):
    served = serve()
    assert served.address[1] > 0
    started = session.post(url(served, "/api/jobs"), data=ASKED, headers=JSON, timeout=5)
    assert started.status_code == 201
    assert session.get(url(served, "/api/jobs"), json={}, timeout=5).json()["items"][0] == started.json()
    assert session.get(url(served, "/api/porch/latest.jpg"), timeout=5).content[:2] == b"\xff\xd8"
    assert session.get(url(served, "/"), timeout=5).status_code == 200


def test_a_body_in_chunks_without_a_length_is_read(serve, session):
    reply = session.post(
        url(serve(), "/api/jobs"), data=iter([ASKED[:20], ASKED[20:]]), headers=JSON, timeout=5
    )
    assert reply.status_code == 201


@pytest.mark.parametrize("chunked", [False, True])
def test_an_oversized_body_is_refused_before_any_worker_sees_it(serve, session, chunked):
    body = b"x" * 70_000
    sent = iter([body]) if chunked else body
    reply = session.post(url(serve(), "/api/jobs"), data=sent, headers=JSON, timeout=5)
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
    assert reply.headers["Content-Type"] == "application/problem+json"


def test_senders_that_stop_half_way_hold_up_nobody(serve, session):
    served = serve()
    stuck = [socket.create_connection(served.address) for _ in range(20)]
    for connection in stuck:
        connection.sendall(b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
    assert session.get(url(served, "/api/version"), timeout=2).status_code == 200
    for connection in stuck:
        connection.close()


def test_a_body_that_does_not_arrive_is_given_up(serve):
    served = serve(body_seconds=0.2)
    with socket.create_connection(served.address, timeout=5) as connection:
        connection.sendall(b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{")
        assert b"408 Request Timeout" in connection.recv(4096)


def test_stopping_leaves_no_thread_and_frees_the_port_even_with_clients_connected(serve, session):
    served = serve()
    session.get(url(served, "/api/version"), timeout=5)
    idle = socket.create_connection(served.address)
    before = time.monotonic()
    served.server.stop()
    assert served.server.join(3)
    assert time.monotonic() - before < 2
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("fx-web")]
    idle.close()
    Listener(*served.address).close()


def test_a_request_under_way_does_not_keep_the_server(house, serve):
    release, entered = threading.Event(), threading.Event()

    def slow(camera, height, quality):
        entered.set()
        release.wait(1.5)
        raise RuntimeError("given up")

    house.fetch_frame = slow
    served = serve()
    client = threading.Thread(target=lambda: fetch_quietly(url(served, "/api/porch/latest.jpg")))
    client.start()
    assert entered.wait(5)
    served.server.stop()
    assert served.server.join(4)
    release.set()
    client.join(5)


def test_a_port_in_use_is_told_at_once(serve):
    host, port = serve().address
    with pytest.raises(ListenError, match=f"{port}.*in use"):
        Listener(host, port)


@pytest.mark.parametrize("host,port", [("256.1.1.1", 0), ("192.0.2.1", 0), ("127.0.0.1", 70_000)])
def test_an_address_that_is_not_ours_is_told_at_once(host, port):
    with pytest.raises(ListenError, match="can't listen on"):
        Listener(host, port)


def test_a_server_stopped_before_it_started_gives_its_port_back(house):
    listener = Listener("127.0.0.1", 0)
    server = WebServer(create_app(house.services()), listener, house.live)
    server.stop()
    server.start()
    assert server.join(2)
    Listener(listener.host, listener.port).close()


@pytest.mark.parametrize("host,url", [("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://localhost:")])
def test_an_address_is_named_as_this_machine_reaches_it(host, url):
    listener = Listener(host, 0)
    listener.close()
    assert listener.url == f"{url}{listener.port}"


@pytest.fixture
def guarded(house):
    """Makes an application that people have to sign in to."""

    def make():
        house.access = AccessSettings(enabled=True)
        return create_app(house.services())

    return make


def test_another_application_answers_from_the_next_request_on(serve, session, guarded):
    served = serve()
    assert session.get(url(served, "/api/jobs"), timeout=5).status_code == 200
    served.server.exchange(guarded())
    assert session.get(url(served, "/api/jobs"), timeout=5).status_code == 401


def test_who_moves_is_found_at_the_new_address_only_and_answers_who_asked_before(house, serve, guarded):
    entered, release = threading.Event(), threading.Event()

    def slow(camera, height, quality):
        entered.set()
        assert release.wait(5)
        return fetch_frame(camera, height, quality)

    fetch_frame, house.fetch_frame = house.fetch_frame, slow
    served = serve()
    with ThreadPoolExecutor(1) as client:
        asked = client.submit(requests.get, url(served, "/api/porch/latest.jpg"), timeout=8)
        assert entered.wait(5)
        new = Listener("localhost", 0, after=served.listener)
        served.server.move(guarded(), new)
        assert requests.get(f"{new.url}/api/jobs", timeout=5).status_code == 401
        assert eventually(lambda: not is_open(served.address))
        release.set()
        assert asked.result().status_code == 200


def is_open(address):
    try:
        return requests.get("http://{}:{}/api/version".format(*address), timeout=5).ok
    except requests.ConnectionError:
        return False


def test_the_same_port_goes_from_one_of_our_addresses_to_all_and_back(house, serve):
    served = serve()
    port, app = served.listener.port, create_app(house.services())
    everywhere = Listener("0.0.0.0", port, after=served.listener)
    served.server.move(app, everywhere)
    assert eventually(lambda: is_open(("127.0.0.2", port)))
    here = Listener("127.0.0.1", port, after=everywhere)
    served.server.move(app, here)
    assert eventually(lambda: not is_open(("127.0.0.2", port)))
    assert requests.get(f"{here.url}/api/version", timeout=5).status_code == 200


def test_an_address_begins_to_speak_tls_where_it_is(house, serve, pem):
    served = serve()
    safe = Listener(*served.listener.asked, Certificate(*pem), after=served.listener)
    assert safe.port == served.listener.port
    served.server.move(create_app(house.services()), safe)

    def answers():
        try:
            return requests.get(f"{safe.url}/api/version", timeout=5, verify=str(pem[0])).status_code == 200
        except requests.ConnectionError:
            return False

    assert eventually(answers)


def test_who_is_stopped_while_it_moves_gives_both_addresses_back(house, serve):
    served = serve()
    new = Listener("127.0.0.1", 0)
    served.server.move(create_app(house.services()), new)
    served.server.stop()
    assert served.server.join(4)
    for host, port in (served.address, (new.host, new.port)):
        Listener(host, port).close()


def fetch_quietly(address):
    try:
        requests.get(address, timeout=5)
    except requests.RequestException:
        return


@pytest.fixture
def pem(tmp_path):
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    return make_pem(tmp_path)


def make_pem(folder):
    certificate, key = folder / "cert.pem", folder / "key.pem"
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=here"
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run([*made.split(), *files], check=True, capture_output=True)
    return certificate, key


def test_with_a_certificate_everything_is_served_over_tls(serve, session, pem):
    served = serve(tls=Certificate(*pem))
    assert served.listener.url.startswith("https://127.0.0.1:")
    assert session.get(url(served, "/api/jobs"), timeout=5, verify=str(pem[0])).json()["items"] == []
    with pytest.raises(requests.ConnectionError):
        session.get(url(served, "/api/jobs").replace("https", "http"), timeout=5)


def shown_by(served):
    return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(served.address, timeout=5))


def test_a_renewed_certificate_is_shown_without_a_restart_and_half_of_one_is_not(
    serve, pem, tmp_path, caplog
):
    caplog.set_level(logging.INFO)
    served = serve(tls=Certificate(*pem), renew_seconds=0.05)
    first = shown_by(served)
    (tmp_path / "new").mkdir()
    certificate, key = make_pem(tmp_path / "new")
    certificate.replace(pem[0])
    assert eventually(lambda: "keeping the certificate" in caplog.text)
    assert shown_by(served) == first
    key.replace(pem[1])
    assert eventually(lambda: "took the renewed certificate" in caplog.text)
    assert shown_by(served) == ssl.PEM_cert_to_DER_cert(pem[0].read_text()) != first


def test_a_certificate_that_can_not_be_used_is_told_before_anything_starts(pem, tmp_path):
    (tmp_path / "other").write_text("no certificate")
    for pair in ((pem[0], tmp_path / "missing"), (tmp_path / "other", pem[1]), (pem[0], pem[0])):
        with pytest.raises(ListenError, match="can't use the certificate"):
            Certificate(*pair)
    subprocess.run(
        ["openssl", "ec", "-in", pem[1], "-aes128", "-passout", "pass:secret", "-out", tmp_path / "locked"],
        check=True,
        capture_output=True,
    )
    with pytest.raises(ListenError, match="can't use the certificate"):
        Certificate(pem[0], tmp_path / "locked")
