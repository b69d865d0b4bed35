"""An alert on its way to devices: the real program, and a push service that opens what it is given."""

import base64
import ssl
import subprocess
from dataclasses import dataclass

import pytest
import requests

from tests.e2e.product import HEALTHY_WITHIN, Product
from tests.e2e.waiting import until
from tests.notify.push_service import Device, PushService, claims, from64

pytestmark = pytest.mark.slow

FAMILY = "a password of theirs"
WELL, GONE, BUSY, ELSEWHERE, GUESTS = range(5)
"""Devices, by their numbers."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """For `localhost`; the certificate is its own authority."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    made = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=push"
    files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    subprocess.run([*made.split(), *files], check=True, capture_output=True)
    return certificate, key


@pytest.fixture(scope="module")
def service(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    service = PushService(context)
    yield service
    service.close()


@pytest.fixture(scope="module")
def guarded(new_product, configure, service, certificate) -> Product:
    """The program with users, that may send to this push service."""

    def configuration(data_dir, port):
        document = configure(data_dir, port)
        document["mqtt"] = {"enabled": False}
        own = document["frigate_ext"]
        del own["auth"]
        own["push"] = {"email": "me@home.example", "services": [f"localhost:{service.port}"]}
        return document

    product = new_product(configuration)
    product.start(SSL_CERT_FILE=str(certificate[0]))
    key = product.data_dir / "api_key"
    product.key = until(lambda: key.exists() and key.read_text().strip(), HEALTHY_WITHIN, "there is a key")
    product.wait_until_healthy()
    product.wait_for_camera("stage")
    return product


def signed_in(product, user, password):
    session = requests.Session()
    reply = session.post(f"{product.url}/api/login", json={"user": user, "password": password}, timeout=10)
    assert reply.ok, reply.text
    return session


def as64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def register(product, session, device):
    keys = {"p256dh": as64(device.p256dh), "auth": as64(device.auth)}
    sub = {"endpoint": device.endpoint, "keys": keys}
    return session.post(f"{product.url}/api/notifications/register", json={"sub": sub}, timeout=10)


def alerted(product, condition):
    """The alert of a watch that is met at once."""
    job = product.watch(condition)
    product.wait_for_job(job["id"], state="met")
    return product.alerts(job["id"])[0]


@dataclass
class Evening:
    """What became of two alerts."""

    devices: list[Device]
    alerts: list[dict]
    said: dict[int, list[dict]]
    """To each device."""
    sessions: list[requests.Session]
    """Of the admin, and of a guest who may see no camera."""


@pytest.fixture(scope="module")
def evening(guarded, service, model):
    """Five devices: one that is well, one that is gone, one that is busy, one elsewhere, one of a guest."""
    guest = {"username": "guest", "password": FAMILY, "role": "viewer", "cameras": []}
    guarded.post("/api/users", guest)
    sessions = [signed_in(guarded, "admin", guarded.password), signed_in(guarded, "guest", FAMILY)]
    devices = [service.device(number) for number in range(5)]
    devices[3].endpoint = f"https://127.0.0.1:{service.port}/3"
    answers = [register(guarded, sessions[n == GUESTS], device) for n, device in enumerate(devices)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 422, 200]
    service.answers = {f"/{GONE}": (410, {}), f"/{BUSY}": (429, {"Retry-After": "1"})}
    with model.saying(met=True):
        first = alerted(guarded, "anything at all")
        until(lambda: len(service.got) == 3, 10, "the devices were tried")
        service.answers.clear()
        until(lambda: len(service.got[f"/{BUSY}"]) > 1, 20, "who was busy is tried again")
        alerts = [first, alerted(guarded, "anything else")]
    until(lambda: len(service.got[f"/{BUSY}"]) > 2, 20, "of the second one, too")
    until(lambda: guarded.get("/api/system")["waiting"]["webpush"] == 0, 10, "nothing waits any more")
    said = {
        device.number: [device.open(body) for _, body in service.got.get(f"/{device.number}", [])]
        for device in devices
    }
    return Evening(devices, alerts, said, sessions)


def test_a_device_is_told_once_tried_again_when_busy_and_forgotten_when_gone(evening):
    first, second = (alert["id"] for alert in evening.alerts)
    assert {number: [one["id"] for one in said] for number, said in evening.said.items()} == {
        WELL: [first, second],
        GONE: [first],
        BUSY: [first, first, second],
        ELSEWHERE: [],
        GUESTS: [],
    }


def test_it_is_told_what_the_phone_shows_and_where_the_picture_is_for_who_may_see_it(guarded, evening):
    alert, told = evening.alerts[0], evening.said[WELL][0]
    assert told == {
        "id": alert["id"],
        "kind": "condition",
        "status": "verified",
        "camera": "Stage",
        "text": "A visitor!",
        "time": alert["time"],
        "url": f"alerts/{alert['id']}",
        "picture": f"api/alerts/{alert['id']}/evidence/0.jpg",
    }
    picture = f"{guarded.url}/{told['picture']}"
    answers = [session.get(picture, timeout=10) for session in evening.sessions]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].content[:2] == b"\xff\xd8"


def test_the_push_service_learns_who_sends_and_nobody_where_a_device_is(guarded, service, evening):
    public = from64(guarded.get("/api/notifications/pubkey"))
    for headers, _ in (message for messages in service.got.values() for message in messages):
        said = claims(headers["Authorization"], public)
        assert (said["aud"], said["sub"]) == (service.url, "mailto:me@home.example")
    assert not any(device.endpoint in guarded.log for device in evening.devices)
