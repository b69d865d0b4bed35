"""Publisher, broker and subscriber over real sockets."""

import threading

import msgspec
import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st

from frigate_ext.bus.broker import Broker
from frigate_ext.bus.endpoints import connect_endpoints
from frigate_ext.bus.publisher import Publisher
from frigate_ext.bus.schema import CameraUpdate, topic
from frigate_ext.bus.subscriber import LossCounter, Subscriber
from frigate_ext.domain.camera import CameraState
from frigate_ext.errors import ConfigError


class Inbox(list):
    def __call__(self, update):
        self.append(update)


@pytest.fixture
def publisher(broker, endpoint):
    publisher = Publisher(endpoint)
    yield publisher
    publisher.close()


@pytest.fixture
def listen(broker, endpoint, running, publisher, make_update, wait_until):
    """A subscriber that has proved to be connected, and forgotten the proof."""

    def listen(*sinks):
        heard = threading.Event()
        subscriber = running(Subscriber(endpoint, [lambda _: heard.set(), *sinks]))
        seq = iter(range(1000))

        def knocks():
            publisher.publish(make_update("knock", next(seq)))
            return heard.wait(0.01)

        wait_until(knocks)
        publisher.publish(make_update("last knock"))
        wait_until(lambda: subscriber.counts.decodes and _quiet(subscriber))
        for sink in sinks:
            sink.clear()
        return subscriber

    return listen


def _quiet(subscriber):
    before = subscriber.counts.messages
    threading.Event().wait(0.05)
    return subscriber.counts.messages == before


@pytest.fixture
def raw(broker, endpoint):
    """A publisher that sends any bytes it likes."""
    with zmq.Context.instance().socket(zmq.PUB) as socket:
        socket.setsockopt(zmq.LINGER, 0)
        socket.connect(connect_endpoints(endpoint).objects_in)
        yield socket


def test_64_listeners_get_every_message_and_it_is_decoded_once(listen, publisher, make_update, wait_until):
    inboxes = [Inbox() for _ in range(64)]
    subscriber = listen(*inboxes)
    before = subscriber.counts

    for seq in range(100):
        publisher.publish(make_update("porch", seq))

    wait_until(lambda: len(inboxes[-1]) == 100)
    assert all([update.seq for update in inbox] == list(range(100)) for inbox in inboxes)
    assert subscriber.counts.decodes - before.decodes == 100
    assert subscriber.counts.lost == 0
    assert all(a is b for a, b in zip(inboxes[0], inboxes[63], strict=True))


def test_gaps_in_a_cameras_sequence_are_counted_as_lost(listen, publisher, make_update, wait_until):
    inbox = Inbox()
    subscriber = listen(inbox)

    for seq in (0, 1, 5, 6):
        publisher.publish(make_update("porch", seq))

    wait_until(lambda: len(inbox) == 4)
    assert subscriber.counts.lost == 3


def test_a_listener_that_raises_does_not_stop_the_others_and_is_logged_once(
    listen, publisher, make_update, wait_until, caplog
):
    class Broken(Inbox):
        def __call__(self, update):
            raise ZeroDivisionError

    inbox = Inbox()
    subscriber = listen(Broken(), inbox)

    for seq in range(3):
        publisher.publish(make_update("porch", seq))

    wait_until(lambda: len(inbox) == 3)
    assert subscriber.counts.sink_errors >= 3
    assert sum(record.levelname == "ERROR" for record in caplog.records) == 1


VALID = msgspec.to_builtins(CameraUpdate(camera="porch", epoch=1, seq=0, time=1.0, state=CameraState.ONLINE))


@pytest.mark.parametrize(
    "parts",
    [
        [b"objects/porch/"],
        [b"objects/porch/", b""],
        [b"objects/porch/", b"\xc1garbage"],
        [b"objects/porch/", b"\x91" * 100_000],
        [b"objects/porch/", msgspec.msgpack.encode({**VALID, "seq": "seven"})],
        [b"objects/porch/", msgspec.msgpack.encode({**VALID, "state": "dreaming"})],
        [b"objects/other/", msgspec.msgpack.encode(VALID)],
        [b"objects/porch/", msgspec.msgpack.encode(VALID), b"and more"],
    ],
)
def test_garbage_is_counted_and_dropped_and_what_follows_still_arrives(
    parts, listen, raw, publisher, make_update, wait_until
):
    inbox = Inbox()
    subscriber = listen(inbox)

    def refused():
        raw.send_multipart(parts)
        return subscriber.counts.malformed > 0

    wait_until(refused)
    publisher.publish(make_update("porch", 0))
    wait_until(lambda: inbox)
    assert [update.camera for update in inbox] == ["porch"]


@pytest.mark.parametrize("message", [{**VALID, "v": 2}, {"v": 2, "kamera": "porch"}])
def test_messages_of_another_schema_are_counted_apart(message, listen, raw, wait_until, caplog):
    inbox = Inbox()
    subscriber = listen(inbox)

    def refused():
        raw.send_multipart([topic("porch"), msgspec.msgpack.encode(message)])
        return subscriber.counts.wrong_version > 1

    wait_until(refused)
    assert subscriber.counts.malformed == 0
    assert inbox == []
    assert (
        sum("schema 2" in record.message for record in caplog.records if record.levelname == "WARNING") == 1
    )


def test_a_subscriber_that_sleeps_blocks_neither_publisher_nor_the_others(
    broker, endpoint, running, listen, publisher, make_update, wait_until
):
    release = threading.Event()
    sleeper = running(Subscriber(endpoint, [lambda _: release.wait(10.0)], name="fx-sleeper"))
    inbox = Inbox()
    listen(inbox)

    for seq in range(500):
        publisher.publish(make_update("porch", seq))

    wait_until(lambda: len(inbox) == 500)
    assert sleeper.counts.messages <= 1
    release.set()


def test_a_publisher_without_a_broker_does_not_block(endpoint, make_update):
    publisher = Publisher(endpoint)
    for seq in range(5000):
        publisher.publish(make_update("porch", seq))
    publisher.close()


def test_a_broker_that_ends_leaves_no_file_behind(tmp_path):
    broker = Broker(f"ipc://{tmp_path}/bus")
    broker.start()
    assert len(list(tmp_path.iterdir())) == 3
    broker.stop()
    assert broker.join(5.0)
    assert list(tmp_path.iterdir()) == []


def test_an_endpoint_in_use_is_told_at_the_start(running):
    taken = zmq.Context.instance().socket(zmq.REP)
    port = taken.bind_to_random_port("tcp://127.0.0.1", max_port=60000)
    second = Broker(f"tcp://127.0.0.1:{port}")
    with pytest.raises(ConfigError, match="Address already in use"):
        second.start()
    assert second.join(1.0)
    taken.close()


@given(st.sets(st.integers(0, 60), min_size=1))
def test_what_arrives_and_what_is_lost_add_up_to_what_was_sent(arrived):
    losses = LossCounter()
    lost = sum(
        losses.missing_before(
            CameraUpdate(camera="porch", epoch=1, seq=seq, time=1.0, state=CameraState.ONLINE)
        )
        for seq in sorted(arrived)
    )
    assert lost + len(arrived) == max(arrived) - min(arrived) + 1


def test_a_restarted_publisher_counts_from_0_again_and_nothing_is_lost(make_update):
    losses = LossCounter()
    updates = [make_update(seq=900, epoch=1), make_update(seq=0, epoch=2), make_update(seq=1, epoch=2)]
    assert [losses.missing_before(update) for update in updates] == [0, 0, 0]
