"""The MQTT notifier over real brokers, heard by an independent subscriber."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from frigate_ext.domain.document import job_document
from frigate_ext.domain.watch import JobState
from frigate_ext.errors import DeliveryError
from frigate_ext.runtime.health import PartState

pytestmark = pytest.mark.slow
JPEG = b"\xff\xd8" + b"evidence" * 5000 + b"\xff\xd9"


@pytest.fixture(params=[4, 5], ids=["v3.1.1", "v5"])
def protocol(request):
    return request.param


def test_an_alert_arrives_with_frigates_keys_and_ours(
    start_broker, start_notifier, subscribe, alert, protocol
):
    broker = start_broker()
    subscriber = subscribe(broker)
    notifier = start_notifier(broker.port, protocol=protocol, external_url="https://fx.example/")

    notifier.deliver(alert, (JPEG,))

    heard = subscriber.wait_for("frigate_ext/camera_monitoring")
    assert (heard.qos, heard.retained) == (1, False)
    assert heard.json == {
        "camera": "porch",
        "condition": "a parcel is on the porch",
        "message": "Parcel!",
        "reasoning": "A parcel lies on the mat.",
        "job_id": "job-1",
        "alert_id": "alert-1",
        "kind": "condition",
        "status": "verified",
        "time": 1001.0,
        "frame_time": 1000.5,
        "judged_by": "detector",
        "confidence": 0.9,
        "evidence": ["https://fx.example/api/alerts/alert-1/evidence/0.jpg"],
    }


def test_an_alerts_last_picture_is_retained_for_its_job(start_broker, start_notifier, subscribe, alert):
    broker = start_broker()
    notifier = start_notifier(broker.port)
    before = subscribe(broker)
    notifier.deliver(replace(alert, evidence=2), (b"before", JPEG))
    assert not before.wait_for("frigate_ext/watch/job-1/image").retained

    late = subscribe(broker).wait_for("frigate_ext/watch/job-1/image")

    assert (late.payload, late.retained) == (JPEG, True)


def test_every_change_of_a_job_is_told_and_its_state_retained(start_broker, start_notifier, subscribe, job):
    broker = start_broker()
    subscriber = subscribe(broker)
    notifier = start_notifier(broker.port)
    met = replace(job, state=JobState.MET, phase=None)

    notifier.job_changed(job)
    notifier.job_changed(met)

    subscriber.wait_for("frigate_ext/watch/job-1/state", b"met")
    told = [message.json for message in subscriber.on("frigate_ext/job_state")]
    assert told == [{"vlm_watch": job_document(job)}, {"vlm_watch": job_document(met)}]
    late = subscribe(broker).wait_for("frigate_ext/watch/job-1/state")
    assert (late.payload, late.retained) == (b"met", True)


def test_nothing_is_retained_of_a_deleted_job(start_broker, start_notifier, subscribe, job, alert):
    broker = start_broker()
    subscriber = subscribe(broker)
    notifier = start_notifier(broker.port)
    notifier.job_changed(job)
    notifier.deliver(alert, (JPEG,))
    subscriber.wait_for("frigate_ext/watch/job-1/image", JPEG)

    notifier.job_deleted(job.id)

    subscriber.wait_for("frigate_ext/watch/job-1/state", b"")
    subscriber.wait_for("frigate_ext/watch/job-1/image", b"")
    late = subscribe(broker)
    late.wait_for("frigate_ext/available")
    assert [message.topic for message in late.heard] == ["frigate_ext/available"]


def test_available_says_online_and_when_stopped_offline(start_broker, start_notifier, subscribe):
    broker = start_broker()
    notifier = start_notifier(broker.port)
    late = subscribe(broker).wait_for("frigate_ext/available")
    assert (late.payload, late.retained) == (b"online", True)

    notifier.stop()
    assert notifier.join(3.0)

    late = subscribe(broker).wait_for("frigate_ext/available")
    assert (late.payload, late.retained) == (b"offline", True)


HOLD_A_CONNECTION = """
import sys, threading
from frigate_ext.notify.mqtt import MqttNotifier, MqttSettings
settings = MqttSettings(host="127.0.0.1", port=int(sys.argv[1]))
notifier = MqttNotifier(settings, connected=lambda: print("up", flush=True))
notifier.start()
threading.Event().wait(60)
"""


def test_the_last_will_tells_of_a_process_that_was_killed(start_broker, subscribe):
    broker = start_broker()
    subscriber = subscribe(broker)
    command = [sys.executable, "-c", HOLD_A_CONNECTION, str(broker.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().strip() == "up"
        subscriber.wait_for("frigate_ext/available", b"online")
        os.kill(process.pid, signal.SIGKILL)

    assert subscriber.wait_for("frigate_ext/available", b"offline").retained is False


def test_after_a_broker_was_killed_and_is_back_the_retained_topics_are_right(
    start_broker, start_notifier, subscribe, make_job, alert, eventually, gate
):
    broker = start_broker()
    back = threading.Semaphore(0)
    notifier = start_notifier(broker.port, until_connected=False, connected=back.release)
    assert back.acquire(timeout=8.0)
    notifier.job_changed(make_job(1))
    notifier.job_changed(make_job(2))
    notifier.deliver(alert, (JPEG,))

    gate.clear()
    broker.kill()
    eventually(lambda: notifier.health().state is PartState.DEGRADED)
    with pytest.raises(DeliveryError):
        notifier.deliver(alert, (JPEG,))
    notifier.job_changed(make_job(2, looks=1))
    notifier.job_changed(make_job(2, looks=2, state=JobState.EXPIRED, phase=None))
    notifier.job_changed(make_job(3))
    notifier.job_deleted("job-3")
    broker.start()
    subscriber = subscribe(broker)
    gate.set()

    assert back.acquire(timeout=8.0)
    subscriber.wait_for("frigate_ext/available", b"online")
    subscriber.wait_for("frigate_ext/watch/job-1/state", b"running")
    subscriber.wait_for("frigate_ext/watch/job-2/state", b"expired")
    subscriber.wait_for("frigate_ext/watch/job-1/image", JPEG)
    told = [message.json["vlm_watch"] for message in subscriber.on("frigate_ext/job_state")]
    assert [(job["id"], job["looks"]) for job in told] == [("job-2", 2)]
    assert notifier.health().state is PartState.OK


def test_a_job_deleted_while_the_broker_was_away_leaves_nothing_with_a_broker_that_remembers(
    mosquitto, start_notifier, subscribe, make_job, alert, eventually
):
    broker = mosquitto(remembers=True)
    notifier = start_notifier(broker.port)
    notifier.job_changed(make_job(1))
    notifier.job_changed(make_job(2))
    notifier.deliver(alert, (JPEG,))
    subscribe(broker).wait_for("frigate_ext/watch/job-2/state", b"running")

    broker.stop()
    eventually(lambda: notifier.health().state is PartState.DEGRADED)
    notifier.job_deleted("job-1")
    broker.start()
    subscriber = subscribe(broker)

    assert subscriber.wait_for("frigate_ext/watch/job-1/state").payload in {b"running", b""}
    subscriber.wait_for("frigate_ext/watch/job-1/state", b"", seconds=20.0)
    subscriber.wait_for("frigate_ext/watch/job-1/image", b"")
    eventually(lambda: notifier.health().state is PartState.OK)
    late = subscribe(broker)
    late.wait_for("frigate_ext/watch/job-2/state", b"running")
    assert not [message.topic for message in late.heard if "job-1" in message.topic]


def test_without_a_broker_nothing_blocks_and_health_says_why(start_notifier, job, alert, eventually):
    notifier = start_notifier(1, until_connected=False)
    eventually(lambda: notifier.health().state is PartState.DEGRADED)

    notifier.job_changed(job)
    with pytest.raises(DeliveryError, match="refused"):
        notifier.deliver(alert, ())

    assert "refused" in notifier.health().detail


def test_tls_is_spoken_where_a_certificate_authority_is_named(
    mosquitto, start_notifier, subscribe, alert, certificate
):
    broker = mosquitto(tls=certificate)
    subscriber = subscribe(broker, ca_certs=certificate.crt)
    notifier = start_notifier(broker.port, tls_ca_certs=certificate.crt)

    notifier.deliver(replace(alert, reasoning="long " * 10_000), (JPEG,))

    subscriber.wait_for("frigate_ext/watch/job-1/image", JPEG)


def test_a_certificate_file_that_is_missing_is_the_trouble_health_names(start_notifier, eventually):
    notifier = start_notifier(1883, until_connected=False, tls_ca_certs="/nowhere/ca.crt")

    eventually(lambda: "certificates for MQTT" in notifier.health().detail)


def test_the_right_password_is_let_in(start_broker, start_notifier, subscribe, alert):
    broker = start_broker(password="secret")
    subscriber = subscribe(broker, user="fx", password="secret")
    notifier = start_notifier(broker.port, user="fx", password="secret")

    notifier.deliver(alert, ())

    subscriber.wait_for("frigate_ext/camera_monitoring")


def test_a_wrong_password_is_told_without_repeating_it(
    start_broker, start_notifier, protocol, eventually, caplog
):
    broker = start_broker(password="secret")
    notifier = start_notifier(
        broker.port, until_connected=False, user="fx", password="wr0ng", protocol=protocol
    )

    eventually(lambda: notifier.health().state is PartState.DEGRADED)

    detail = notifier.health().detail
    assert any(
        words in detail for words in ("Not authorized", "Bad user name or password", "wrong user or password")
    )
    assert "wr0ng" not in caplog.text + detail + repr(notifier._settings)


def test_a_broker_without_v5_is_spoken_to_in_v311(embedded, start_notifier, caplog):
    caplog.set_level("INFO")

    start_notifier(embedded().port, protocol=5)

    assert "going on with v3.1.1" in caplog.text


def test_a_picture_the_broker_hangs_up_on_does_not_cost_the_alerts(
    embedded, start_notifier, subscribe, job, alert, eventually, caplog
):
    broker = embedded(max_payload=30_000)
    subscriber = subscribe(broker)
    notifier = start_notifier(broker.port)
    notifier.job_changed(job)

    notifier.deliver(alert, (b"x" * 100_000,))

    eventually(lambda: "hangs up on frigate_ext/watch/job-1/image" in caplog.text)
    eventually(lambda: notifier.health().state is PartState.OK)
    notifier.deliver(replace(alert, id="alert-2"), (JPEG[:20_000],))
    subscriber.wait_for("frigate_ext/watch/job-1/image", JPEG[:20_000])


def test_a_picture_over_the_limit_is_left_out_with_a_warning(
    start_broker, start_notifier, subscribe, alert, caplog
):
    broker = start_broker()
    subscriber = subscribe(broker)
    notifier = start_notifier(broker.port, max_payload=1000)

    notifier.deliver(alert, (JPEG,))
    notifier.deliver(replace(alert, id="alert-2"), (b"small",))

    subscriber.wait_for("frigate_ext/watch/job-1/image", b"small")
    assert len(subscriber.on("frigate_ext/watch/job-1/image")) == 1
    assert "frigate_ext/watch/job-1/image is not published" in caplog.text


def test_the_limit_a_v5_broker_names_is_kept(mosquitto, start_notifier, subscribe, alert, caplog):
    broker = mosquitto(max_payload=20_000)
    subscriber = subscribe(broker)
    notifier = start_notifier(broker.port, protocol=5)

    notifier.deliver(alert, (JPEG,))
    notifier.deliver(replace(alert, id="alert-2"), (b"small",))

    subscriber.wait_for("frigate_ext/watch/job-1/image", b"small")
    assert notifier.health().state is PartState.OK
    assert "is not published" in caplog.text


def test_many_threads_may_deliver_and_tell_at_once(start_broker, start_notifier, subscribe, make_job, alert):
    broker = start_broker()
    subscriber = subscribe(broker)
    notifier = start_notifier(broker.port)

    def work(thread):
        for n in range(10):
            notifier.job_changed(make_job(thread, looks=n))
            notifier.deliver(replace(alert, id=f"{thread}-{n}"), ())

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20.0)

    notifier.job_changed(make_job(9))
    subscriber.wait_for("frigate_ext/watch/job-9/state")
    alerts = [message.json["alert_id"] for message in subscriber.on("frigate_ext/camera_monitoring")]
    assert sorted(alerts) == sorted(f"{thread}-{n}" for thread in range(4) for n in range(10))
    assert len(subscriber.on("frigate_ext/job_state")) == 41


def test_a_notifier_may_be_stopped_before_it_starts(start_notifier):
    notifier = start_notifier(1, until_connected=False)
    notifier.stop()
    notifier.stop()

    assert notifier.join(5.0)
