"""From a committed alert to people's devices, through the real store and the outbox."""

from dataclasses import replace

import pytest

from frigate_ext.domain.account import Role, User
from frigate_ext.domain.look import AlertStatus
from frigate_ext.notify.webpush import PushSettings, WebPushNotifier
from frigate_ext.notify.webpush_crypto import random_key
from frigate_ext.notify.webpush_services import PushServices
from frigate_ext.outbox import Lane
from frigate_ext.runtime.clock import ManualClock
from frigate_ext.store import Store
from tests.notify.conftest import ALERT, JOB
from tests.notify.push_service import PushService

NOW = 1_700_000_000.0


class Street:
    """A store, a push service with two devices, and the lane that leads from one to the other."""

    def __init__(self, data_dir):
        self.service, self.store, self.clock = PushService(), Store.open(data_dir), ManualClock()
        self.store.users.add(User(0, "granny", Role.VIEWER, ("porch",), 1.0), "hash")
        self.store.jobs.add(JOB)
        self.devices = [self.service.device(number, created_at=NOW - 100) for number in (1, 2)]
        for device in self.devices:
            self.store.subscriptions.add(device.subscription, "granny", None)
        settings = PushSettings(
            key=random_key(), contact="mailto:me@home.example", services=PushServices(loopback=True)
        )
        self.notifier = WebPushNotifier(settings, self.store.subscriptions, self.clock)
        self.notifier.start()
        self.lane = Lane(
            "webpush",
            self.notifier,
            self.store,
            clock=self.clock,
            jitter=lambda: 0.0,
            expire_after=7 * 86400,
        )

    def commit(self, **changes):
        alert = replace(ALERT, time=NOW - 10, evidence=0, **changes)
        self.store.alerts.commit(alert, (), JOB, None, ("webpush",))

    def heard(self, number):
        device = self.devices[number - 1]
        told = [device.open(body) for _, body in self.service.got.get(f"/{number}", [])]
        return [(one["id"], one["status"]) for one in told]

    def close(self):
        self.notifier.stop()
        assert self.notifier.join(5)
        self.store.close()
        self.service.close()


@pytest.fixture
def street(tmp_path):
    street = Street(tmp_path / "data")
    yield street
    street.close()


def test_one_dead_device_holds_up_neither_the_others_nor_later_alerts(street):
    street.service.answers["/1"] = (500, {})
    for number in (1, 2):
        street.commit(id=f"alert-{number}")
    street.lane.deliver_due()
    assert street.heard(2) == [("alert-1", "verified"), ("alert-2", "verified")]
    assert street.store.deliveries.pending("webpush") == 2


def test_a_device_that_comes_back_is_told_what_it_missed_and_nobody_twice(street):
    street.service.answers["/1"] = (500, {})
    street.commit(id="alert-1")
    street.lane.deliver_due()
    del street.service.answers["/1"]
    street.clock.advance(60)
    street.lane.deliver_due()
    assert (len(street.heard(1)), len(street.heard(2))) == (2, 1)
    assert street.store.deliveries.pending("webpush") == 0


def test_what_became_of_a_fast_alert_is_told_to_who_heard_of_it(street):
    street.commit(id="alert-1", status=AlertStatus.UNVERIFIED)
    street.lane.deliver_due()
    street.commit(id="alert-1", status=AlertStatus.WITHDRAWN)
    street.lane.deliver_due()
    assert street.heard(1) == [("alert-1", "unverified"), ("alert-1", "withdrawn")]


def test_who_may_not_see_the_camera_any_more_is_told_nothing(street):
    street.store.users.set_rights("granny", Role.VIEWER, ("yard",))
    street.commit(id="alert-1")
    street.lane.deliver_due()
    assert street.service.got == {}
    assert street.store.deliveries.pending("webpush") == 0
