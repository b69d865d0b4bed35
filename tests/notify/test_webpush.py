import logging
import threading
import time
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from frigate_ext.domain.look import AlertStatus
from frigate_ext.errors import ConfigError, DeliveryError
from frigate_ext.notify.webpush import KEEP, PushSettings, WebPushNotifier
from frigate_ext.notify.webpush_answer import Outcome, read
from frigate_ext.notify.webpush_crypto import (
    MAX_PLAIN,
    decoded,
    encrypt,
    is_device_key,
    public_bytes,
    random_key,
)
from frigate_ext.notify.webpush_key import KEY_FILE, load_push_key
from frigate_ext.notify.webpush_message import message
from frigate_ext.notify.webpush_services import PushServices
from frigate_ext.runtime.clock import ManualClock
from frigate_ext.runtime.health import PartState
from tests.notify.conftest import ALERT as AN_ALERT
from tests.notify.push_service import Device, PushService, claims

CLOCK = 1_700_000_000.0
ALERT = replace(AN_ALERT, time=CLOCK - 60, evidence=2)


class Book:
    """Devices, as the store keeps them."""

    def __init__(self, *devices: Device):
        self.devices = {device.number: device.subscription for device in devices}
        self.receipts: list[tuple[int, str]] = []

    def to_tell(self, alert, *, anonymous):
        known = {number for number, status in self.receipts if status == alert.status.value}
        return tuple(one for number, one in self.devices.items() if number not in known)

    def told(self, subscription, alert):
        self.receipts.append((subscription.id, alert.status.value))

    def forget(self, subscription_id):
        del self.devices[subscription_id]


@pytest.fixture
def service():
    service = PushService()
    yield service
    service.close()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def start(clock):
    running = []

    def start(book, services=PushServices(loopback=True)):  # noqa: B008 - frozen
        settings = PushSettings(
            key=KEY, contact="mailto:me@home.example", services=services, cameras={"porch": "Front porch"}
        )
        running.append(WebPushNotifier(settings, book, clock))
        running[-1].start()
        return running[-1]

    yield start
    for notifier in running:
        notifier.stop()
        assert notifier.join(5)


KEY = random_key()


def test_only_the_device_can_read_what_it_is_told(service, start):
    device = service.device(1)
    start(Book(device)).deliver(ALERT, ())
    ((_, body),) = service.got["/1"]
    assert b"Parcel" not in body
    assert device.open(body) == {
        "id": "alert-1",
        "kind": "condition",
        "status": "verified",
        "camera": "Front porch",
        "text": "Parcel!",
        "time": ALERT.time,
        "url": "alerts/alert-1",
        "picture": "api/alerts/alert-1/evidence/1.jpg",
    }
    with pytest.raises(Exception, match=r"."):
        service.device(2).open(body)


def test_a_push_service_is_told_who_sends_and_how_long_to_keep_it(service, start):
    start(Book(service.device(1))).deliver(ALERT, ())
    ((headers, _),) = service.got["/1"]
    said = claims(headers["Authorization"], public_bytes(KEY))
    assert said["aud"] == service.url
    assert said["sub"] == "mailto:me@home.example"
    assert 0 < said["exp"] - time.time() <= 86400
    assert headers["Content-Encoding"] == "aes128gcm"
    assert (headers["TTL"], headers["Urgency"]) == (str(int(KEEP) - 60), "high")
    assert len(headers["Topic"]) <= 32


def test_what_an_alert_becomes_replaces_what_the_push_service_still_holds(service, start):
    notifier = start(Book(service.device(1)))
    for status in (AlertStatus.UNVERIFIED, AlertStatus.VERIFIED):
        notifier.deliver(replace(ALERT, status=status), ())
    notifier.deliver(replace(ALERT, id="alert-2"), ())
    topics = [headers["Topic"] for headers, _ in service.got["/1"]]
    assert topics == [topics[0], topics[0]]


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(service, start, status):
    service.answers["/1"] = (status, {})
    book = Book(service.device(1), service.device(2))
    start(book).deliver(ALERT, ())
    assert list(book.devices) == [2]


def test_a_device_whose_push_service_fails_is_tried_again_alone(service, start, clock):
    service.answers["/1"] = (503, {})
    book = Book(service.device(1), service.device(2))
    notifier = start(book)
    with pytest.raises(DeliveryError, match=r"1 of 2 devices .* answers 503"):
        notifier.deliver(ALERT, ())
    assert notifier.health().state is PartState.OK
    del service.answers["/1"]
    clock.advance(5)
    notifier.deliver(ALERT, ())
    assert [len(service.got[path]) for path in ("/1", "/2")] == [2, 1]


def test_a_push_service_that_asks_for_time_gets_it(service, start, clock):
    service.answers["/1"] = (429, {"Retry-After": "120"})
    notifier = start(Book(service.device(1)))
    for _ in range(3):
        with pytest.raises(DeliveryError):
            notifier.deliver(ALERT, ())
        clock.advance(50)
    assert len(service.got["/1"]) == 1
    clock.advance(50)
    del service.answers["/1"]
    notifier.deliver(ALERT, ())
    assert len(service.got["/1"]) == 2


def test_where_no_push_service_can_be_reached_everything_waits(service, start):
    device = service.device(1)
    service.close()
    notifier = start(Book(device))
    with pytest.raises(DeliveryError, match="can't be reached"):
        notifier.deliver(ALERT, ())
    assert notifier.health().state is PartState.DEGRADED


def test_an_answer_makes_it_well_again(service, start, clock):
    service.close()
    book = Book(service.device(1))
    notifier = start(book)
    with pytest.raises(DeliveryError):
        notifier.deliver(ALERT, ())
    again = PushService()
    book.devices = {2: again.device(2).subscription}
    notifier.deliver(ALERT, ())
    again.close()
    assert notifier.health().state is PartState.OK


def test_a_redirect_is_not_followed(service, start):
    service.answers["/1"] = (307, {"Location": f"{service.url}/inside"})
    with pytest.raises(DeliveryError, match="307"):
        start(Book(service.device(1))).deliver(ALERT, ())
    assert "/inside" not in service.got


def test_nothing_goes_to_an_address_that_is_no_push_services(service, start):
    book = Book(service.device(1))
    start(book, PushServices()).deliver(ALERT, ())
    assert (service.got, book.devices) == ({}, {})


def test_what_is_a_day_old_is_no_news_for_a_phone(service, start):
    start(Book(service.device(1))).deliver(replace(ALERT, time=CLOCK - KEEP), ())
    assert service.got == {}


def test_stopping_interrupts_a_push_service_that_does_not_answer(service, start):
    service.hold.clear()
    notifier, failed = start(Book(service.device(1))), []

    def deliver():
        try:
            notifier.deliver(ALERT, ())
        except DeliveryError as error:
            failed.append(error)

    thread = threading.Thread(target=deliver)
    thread.start()
    notifier.stop()
    thread.join(5)
    assert failed


def test_no_endpoint_is_logged(service, start, caplog):
    caplog.set_level(logging.DEBUG)
    secret = Device(1, f"{service.url}/secret-of-the-device")
    service.answers["/secret-of-the-device"] = (500, {})
    with pytest.raises(DeliveryError) as failure:
        start(Book(secret)).deliver(ALERT, ())
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("frigate_ext")]
    assert ours
    assert "secret-of" not in "".join(ours) + str(failure.value) + repr(secret.subscription)


def test_the_example_of_rfc_8291_comes_out_as_it_stands_there():

    number = int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    own = ec.derive_private_key(number, ec.SECP256R1())
    p256dh = decoded(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    sealed = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh,
        decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
        own=own,
    )
    assert sealed == decoded(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
        "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB"
        "St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_message_fits_whatever_an_alert_says():
    wordy = replace(ALERT, id="é" * 50, camera="c" * 1000, message="\N{GRINNING FACE}" * 5000)
    assert len(message(wordy, {})) <= MAX_PLAIN


def test_a_message_that_is_too_long_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="3993"):
        encrypt(b"x" * (MAX_PLAIN + 1), public_bytes(KEY), b"a" * 16)


def test_what_is_no_point_on_the_curve_is_no_devices_key():
    assert is_device_key(public_bytes(KEY))
    assert not is_device_key(b"\x04" + b"\x01" * 64)
    assert not is_device_key(b"")


@pytest.mark.parametrize(
    "endpoint, serves",
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://web.push.apple.com:443/abc", True),
        ("https://FCM.googleapis.com/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://me@fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evilpush.apple.com/x", False),
        ("https://push.apple.com@10.0.0.1/x", False),
        ("https://10.0.0.1/x", False),
        ("https://[::1]/x", False),
        ("http://127.0.0.1/x", False),
        ("https://fcm.googleapis.com\\@10.0.0.1/x", False),
        ("https://fcm.googleapis.com/\r\nX: y", False),
        ("https://[bad/x", False),
        ("https://fcm.googleapis.com:bad/x", False),
        ("https://fcm.googleapis.com/" + "x" * 3000, False),
    ],
)
def test_only_push_services_are_posted_to(endpoint, serves):
    assert PushServices().serve(endpoint) is serves


@pytest.mark.parametrize(
    "endpoint, serves",
    [
        ("https://push.home.lan:8443/x", True),
        ("https://push.home.lan/x", False),
        ("https://push.home.lan:8444/x", False),
        ("https://a.up.lan:8443/x", True),
        ("http://push.home.lan:8443/x", False),
    ],
)
def test_a_push_service_at_home_is_posted_to_where_it_is_named(endpoint, serves):
    assert PushServices(("push.home.lan:8443", "*.up.lan:8443")).serve(endpoint) is serves


@pytest.mark.parametrize(
    "status, retry_after, outcome, wait",
    [
        (201, "", Outcome.TOLD, 0),
        (410, "", Outcome.GONE, 0),
        (429, "30", Outcome.LATER, 30),
        (503, "999999999999", Outcome.LATER, 3600),
        (503, "Tue, 14 Nov 2023 22:14:20 GMT", Outcome.LATER, 60),
        (503, "nonsense", Outcome.LATER, 0),
        (403, "", Outcome.LATER, 600),
    ],
)
def test_an_answer_is_read_as_the_rfc_has_it(status, retry_after, outcome, wait):
    answer = read(status, retry_after, "", CLOCK)
    assert (answer.outcome, answer.wait) == (outcome, wait)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = load_push_key(tmp_path)
    assert public_bytes(load_push_key(tmp_path)) == public_bytes(first)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_file_that_holds_no_key_says_so(tmp_path, content):
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(ConfigError, match=KEY_FILE):
        load_push_key(tmp_path)
