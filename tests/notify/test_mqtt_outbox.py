"""Store, outbox and MQTT together: what is committed arrives, whatever happens to the broker."""

import time
from dataclasses import replace

import pytest

from frigate_ext.outbox import Outbox
from frigate_ext.runtime.health import PartState
from frigate_ext.store import Store


class Switchboard:
    """Lets a notifier kick an outbox that is made after it."""

    outbox = None

    def kick(self):
        if self.outbox:
            self.outbox.kick()


@pytest.fixture
def store(tmp_path, job):
    store = Store.open(tmp_path / "data")
    store.jobs.add(job)
    yield store
    store.close()


@pytest.fixture
def start_outbox(store, start_notifier):
    outboxes = []

    def start(port):
        board = Switchboard()
        notifier = start_notifier(port, until_connected=False, connected=board.kick)
        board.outbox = Outbox(store, {"mqtt": notifier})
        outboxes.append(board.outbox)
        board.outbox.start()
        return board.outbox, notifier

    yield start
    for outbox in outboxes:
        outbox.stop()
        assert outbox.join(8.0)


@pytest.mark.slow
def test_alerts_committed_while_the_broker_is_down_arrive_in_order_when_it_is_back(
    start_broker, start_outbox, subscribe, store, job, alert, eventually, gate
):
    broker = start_broker()
    outbox, notifier = start_outbox(broker.port)

    def commit(number):
        now = replace(alert, id=f"alert-{number}", time=time.time())
        store.alerts.commit(now, (b"jpeg",), job, None, ("mqtt",))
        outbox.kick()

    commit(1)
    eventually(lambda: store.deliveries.pending() == 0)
    gate.clear()
    broker.kill()
    eventually(lambda: notifier.health().state is PartState.DEGRADED)
    for number in (2, 3, 4):
        commit(number)
    eventually(lambda: outbox.health().state is PartState.DEGRADED)
    broker.start()
    subscriber = subscribe(broker)
    gate.set()

    eventually(lambda: store.deliveries.pending() == 0)
    eventually(lambda: len(subscriber.on("frigate_ext/camera_monitoring")) >= 3)
    arrived = [message.json["alert_id"] for message in subscriber.on("frigate_ext/camera_monitoring")]
    assert arrived == ["alert-2", "alert-3", "alert-4"]
    eventually(lambda: outbox.health().state is PartState.OK)
